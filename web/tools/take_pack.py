# SPDX-License-Identifier: Apache-2.0
"""Takes a ready web.pack into the build: copies it and writes the header with the hash that stands in it."""
import shutil
import sys

source, pack, header = sys.argv[1:4]
with open(source, "rb") as file:
    head = file.read(32)
if head[:8] != b"HFPACK1\n":
    sys.exit(f"{source}: not a web.pack; build one with -Dweb=build")
shutil.copyfile(source, pack)
with open(header, "w", encoding="ascii") as file:
    file.write(f'#define HF_WEB_PACK_ID "{head[16:32].hex()}"\n')
