"""Words of the language, and of biology, that symbols, aliases or names of genes are written like.

Inside a query of several words they name a gene only in capitals.  The list is of the words among the
names in HGNC's and NCBI's files; what it lacks is told by how many genes' texts hold a word.
"""

COMMON_WORDS = frozenset(
    """
    ace act activin age ago aid aim air aka alien all alt aminopeptidase amp apocrine apple apps arc
    arch arg args arm arms arrestin art ash ask asp ate atopy aura bad bank bar bars base bash bat beach
    bed best bet bit bite blame blast bomb bright bug cables cad cadherin cage call calm camel can cap
    caps car cardinal carp cart cast cat cats cease cell chat cherubism chip chop chordoma chrome cis
    clamp clan clip clock cod coil cop cope cord craniosynostosis crash crest crop cryptic cullin cut
    cyclin damage dan dance danger dapper deepest delta demethylase des digit dip dom dragon dream duet
    ears eat elf elk end enigma era fab face fact fad fan fast fat fate fats fell fig find fire fish
    fist fix flame flap flash flip flower fog fruitless fur fuse gap gas gem genesis gig
    glomerulosclerosis glow gnat goat grab grail grap great gremlin grid grip gum had hang hare harp has
    hat heel helicase hex hexokinase hint hip his hits hole homeobox homer homodimer hop hops hot hub
    hug hyperreflexia ice imp impact inn iris itch jab jam jerky jet jumpy kid killer kin kit kuru lab
    lad lag lamin lamp lap large lark les lets light lime limit lip lobe lymphokine macrostomia mad
    maestro mail map maps march marco mare mark mars mask mass mast mat med melt memo men merlin met
    mice minor mint mis miss mist mix mob mop mrs mucin mud mule muse mustang muted myosin nail nap nest
    net nets neurotrophin nip nobody nod nucleoporin nude numb nut oasis oat odd opt oracle orca
    osteosarcoma out oval oxidoreductase pace pad paint pal palm pan pants par particle past pen
    peptidase per permit pick pigs pin pins pit plane pleckstrin poem pol pole polymerase post prey
    prism protease proteinase prune race rage rain ram ramp ran rank rap ray red rest rhino rig rim rip
    rod sac sacs sag sage sail salsa sans sap sat scar scythe sea secret sell sema serrate set sex sharp
    she ship shot simple sin sink sip ski skip sky slack slam slap slim slug sly smile snail snap snip
    soft solo son soul spa spasm spatial spice spike spin spot spring stamp star steel steep step sting
    stop storm strap stud sulfatase swan swap syn synpolydactyly tag tango tank tap tape tar task tax
    tech temp tensin theta tie tied timeless tip toll top toss trade trail traits tram transketolase
    trap trident trim trio trip trp tub tube tug tuna twist type tyr val van via vista vitiligo warp
    wars warts was wash wasp wave whip wire wise wish yes zap zeta zip
    """.split()  # noqa: SIM905
)
