#!/usr/bin/env bash
# The tests of the cluster need Java and OpenSearch, which Maven fetches: installed here with CI=true or APT=1,
# otherwise those tests are skipped.  Takes the Python of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1:-.venv/bin/python}
mapfile -t asked < <("$python" -c '
from tests.cluster import nodes
print(nodes.ARTIFACT, nodes.REPOSITORY, nodes.REPOSITORY.joinpath(nodes._ZIP).exists(), sep="\n")')
artifact=${asked[0]} repository=${asked[1]} fetched=${asked[2]}

fetch() {
    mvn --quiet --batch-mode "-Dmaven.repo.local=$repository" dependency:get "-Dartifact=$artifact" -Dtransitive=false
}

missing=()
command -v java >/dev/null || missing+=(default-jre-headless)
[[ "$fetched" == True ]] || command -v mvn >/dev/null || missing+=(maven)

if [[ ${#missing[@]} == 0 && "$fetched" == True ]]; then
    exit 0
elif [[ "${CI:-}" == true || "${APT:-}" == 1 ]]; then
    [[ ${#missing[@]} == 0 ]] || .ci/debian-packages "${missing[@]}"
    [[ "$fetched" == True ]] || fetch || fetch  # once more for a connection that broke
    exit 0
fi
echo "The tests of the cluster are skipped: ${missing[*]:+apt-get install ${missing[*]}, and }run  make test APT=1  to fetch OpenSearch"
