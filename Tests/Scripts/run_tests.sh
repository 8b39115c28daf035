#!/usr/bin/env bash
# Runs every check of the project in stages, says how long each took, and stops at the first that fails.
# --long gives each fuzz target 60 s, kills a running fetch 200 times, has tests that sample try everything, and
# runs the byte kernels of AArch64 under emulation.
set -euo pipefail
cd "$(dirname "$0")/../.."

fuzz_seconds=5
client_fuzz_seconds=
kills=15
differential_messages=1500
packages=(build test)
kernels_run=(Tests/Kernels/run)
export SLUICE_TEST_LEVEL=quick
if [[ "${1:-}" == --long ]]; then
    fuzz_seconds=60
    client_fuzz_seconds=600
    kills=200
    differential_messages=10000
    packages+=(long)
    kernels_run+=(--long)
    export SLUICE_TEST_LEVEL=long
fi

timings=()
stage_log=$(mktemp)
failures='^✘|recorded an issue|Fatal error|error: |ERROR: |WARNING: ThreadSanitizer|^finding in |^FAIL'
# What failed is a few lines among thousands: those of the stage that failed are said again at the end.
report() {
    local status=$?
    printf '\n%-28s %s\n' stage seconds
    printf '%s\n' "${timings[@]}"
    if [[ $status -ne 0 && -s $stage_log ]]; then
        echo
        echo "What failed, and what was not finished:"
        grep -A 4 -E "$failures" "$stage_log" | head -n 60 || true
        echo "The last lines:"
        tail -n 10 "$stage_log"
    fi
    rm -f "$stage_log"
    [[ $status -eq 0 ]] && echo "All stages passed." || echo "FAILED in stage: ${current:-none}"
    exit "$status"
}
trap report EXIT

stage() {
    current=$1
    shift
    echo
    echo "=== $current: $*"
    local start=$SECONDS
    "$@" 2>&1 | tee "$stage_log"
    timings+=("$(printf '%-28s %5d' "$current" $((SECONDS - start)))")
}

swift_tests() {
    swift test --skip-build --enable-all-traits "$@"
}

kill_fetch() {
    Tests/Scripts/kill_fetch.py --sluice "$(swift build --enable-all-traits --show-bin-path)/sluice" --kills "$kills"
}

conformance() {
    local sluice
    sluice="$(swift build --enable-all-traits --show-bin-path)/sluice"
    Tests/Conformance/conformance.py --sluice "$sluice"
    Tests/Differential/differential.py --sluice "$sluice" --messages "$differential_messages"
}

scaling() {
    Tests/Scaling/scaling.py --quick --driver "$(swift build --enable-all-traits --show-bin-path)/scaling-driver"
}

man_page() {
    make --no-print-directory man MAN_CONFIGURATION=debug
    local sluice subcommand count=0
    sluice="$(swift build --enable-all-traits --show-bin-path)/sluice"
    for subcommand in $("$sluice" help | sed -n '/^SUBCOMMANDS:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        grep -q "^\.It Em $subcommand\$" .build/man/sluice.1 || {
            echo "the man page lacks $subcommand" >&2
            return 1
        }
        count=$((count + 1))
    done
    echo "the man page has all $count subcommands"
    [[ $count -gt 0 ]]
}

stage "Debian packages" .ci/install-packages "${packages[@]}"
stage "lint" make --no-print-directory lint
stage "structure" Tests/Structure/structure.py
stage "build" swift build --build-tests --enable-all-traits
stage "tests" swift_tests
stage "examples" make --no-print-directory examples
stage "byte kernels" "${kernels_run[@]}"

stage "man page" man_page
stage "documentation" make --no-print-directory docs
stage "conformance" conformance
stage "scaling" scaling

# The plain tests have tried what the level asks for.
test_level=$SLUICE_TEST_LEVEL
[[ $test_level == long ]] || export SLUICE_TEST_LEVEL=sanitized
# Leak detection is off: XCTest itself leaks, and the fuzz targets look for leaks on their own.
export ASAN_OPTIONS=detect_leaks=0:suppressions=$PWD/Tests/Scripts/asan.suppressions
stage "address sanitizer: build" swift build --build-tests --enable-all-traits --sanitize=address --scratch-path .build/asan
stage "address sanitizer: tests" swift_tests --sanitize=address --scratch-path .build/asan
unset ASAN_OPTIONS
# Package.swift leaves out the tests of what has no threads.
export SLUICE_TESTS=threads
# By default the sanitizer waits for a second at the end of each process.
export TSAN_OPTIONS=atexit_sleep_ms=0
stage "thread sanitizer: build" swift build --build-tests --enable-all-traits --sanitize=thread --scratch-path .build/tsan
stage "thread sanitizer: tests" swift_tests --sanitize=thread --scratch-path .build/tsan
unset SLUICE_TESTS TSAN_OPTIONS
export SLUICE_TEST_LEVEL=$test_level

stage "independent scripts" python3 -m unittest discover -s Tests/Scripts -p '*_test.py'
stage "kill -9 of a fetch" kill_fetch
stage "fuzz" Fuzz/run --seconds "$fuzz_seconds"
[[ -z $client_fuzz_seconds ]] || stage "fuzz the client" Fuzz/run --seconds "$client_fuzz_seconds" session
