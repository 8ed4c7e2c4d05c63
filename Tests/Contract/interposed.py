"""Engines that are what they are, but for a few calls of the system, which a small library answers in their place."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import builds
import server as servers

NO_MEMORY = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

pid_t fork(void) {
    if (access("no-memory", F_OK) == 0) {
        errno = ENOMEM;
        return -1;
    }
    return ((pid_t (*)(void))dlsym(RTLD_NEXT, "fork"))();
}
"""
"""A fork fails in a process whose working directory has a file of this name. For one engine, whoever runs it."""


def server(folder: Path, source: str) -> servers.Server:
    """One whose only engine, Redis 7.0, has the library. Skips without a C compiler."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None:
        message = "no C compiler (cc, gcc, clang) is on this machine"
        pytest.fail(message) if os.environ.get("ELASTANE_REQUIRE_ENGINES") else pytest.skip(message)
    source_file, library, wrapper = folder / "library.c", folder / "library.so", folder / "engines" / "redis-server"
    source_file.write_text(source)
    command = [compiler, "-shared", "-fPIC", "-o", library, source_file, "-ldl"]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nLD_PRELOAD="{library}" exec {builds.need("redis", 7, 0).path} "$@"\n')
    wrapper.chmod(0o755)
    return servers.Server(folder, environment={"ELASTANE_ENGINES": str(wrapper.parent), "PATH": "/usr/bin:/bin"})
