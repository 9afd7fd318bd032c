"""Human genes named in English biomedical text.

``vocabulary`` holds every name in every spelling, ``scanning`` finds names in one sentence and says what
speaks there for a gene and for a human one, ``annotating`` decides all sentences of a document together.
What weighs how much was fitted on marked texts (``parameters``).
"""

from index.mentions.annotating import Annotation as Annotation
from index.mentions.annotating import Annotator as Annotator
from index.mentions.annotating import version as version
from index.mentions.scanning import Scan as Scan
from index.mentions.vocabulary import Vocabulary as Vocabulary
from index.mentions.vocabulary import prepare as prepare
