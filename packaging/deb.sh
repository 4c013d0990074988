#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds build/holdfast_VERSION_ARCHITECTURE.deb: a release build for /usr, installed into an empty folder, with what
# packaging/deb/ adds. The same sources give the same bytes. HOLDFAST_MESON_OPTIONS adds Meson options.
set -eu
cd "$(dirname "$0")/.."
top=$(pwd)
build=build/deb
root=$top/build/deb-root
work=$top/build/deb-work

if [ ! -f $build/build.ninja ]; then
    # What others install is hardened beyond what a build for work needs: checked calls of the C library, and tables of
    # addresses that nobody can write to once the program runs.
    # shellcheck disable=SC2086 # a list of words
    meson setup $build --prefix=/usr --libexecdir=libexec --buildtype=release -Dtests=disabled -Dreader=enabled \
        -Dc_args=-D_FORTIFY_SOURCE=2 -Dc_link_args=-Wl,-z,relro,-z,now \
        ${HOLDFAST_MESON_OPTIONS:-} >/dev/null || {
        rm -rf $build
        exit 1
    }
fi
ninja -C $build --quiet

rm -rf "$root" "$work"
umask 022
DESTDIR=$root meson install -C $build --no-rebuild --strip --quiet
# The engine as a library is for programmers, who build it themselves.
rm -rf "$root/usr/include" "$root/usr/share/man/man3" "$root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)"
mkdir -p "$root/DEBIAN" "$root/lib" "$root/usr/share/doc/holdfast" "$work/debian"
mv "$root/usr/lib/systemd" "$root/lib/systemd"
rmdir "$root/usr/lib"
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions" # where Debian's zsh looks

version=$(meson introspect $build --projectinfo | python3 -c 'import json, sys; print(json.load(sys.stdin)["version"])')
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -r meson.build +%s)}
export SOURCE_DATE_EPOCH

doc=$root/usr/share/doc/holdfast
cp packaging/deb/copyright "$doc/copyright"
gzip -9n <CHANGELOG.md >"$doc/NEWS.md.gz"
{
    printf 'holdfast (%s) stable; urgency=medium\n\n  * See NEWS.md.gz.\n\n' "$version"
    printf ' -- Holdfast maintainers <holdfast@localhost>  %s\n' "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"
gzip -9n "$root"/usr/share/man/man1/*.1
python3 tools/sbom.py $build --programs "$root/usr" -o "$doc/sbom.cdx.json"
gzip -9n "$doc/sbom.cdx.json"
install -m 644 packaging/deb/lintian-overrides -D "$root/usr/share/lintian/overrides/holdfast"

# What the programs link, by the packages of this machine.
printf 'Source: holdfast\n\nPackage: holdfast\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/holdfast" "$root/usr/libexec/holdfast/holdfast-gdal" |
    sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ]
size=$(du -sk --apparent-size "$root/usr" "$root/lib" | awk '{ sum += $1 } END { print sum }')
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" -e "s/@SIZE@/$size/" \
    packaging/deb/control.in >"$root/DEBIAN/control"
install -m 755 packaging/deb/postinst packaging/deb/prerm packaging/deb/postrm "$root/DEBIAN/"
(cd "$root" && find usr lib -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/md5sums" "$root/DEBIAN/control"

dpkg-deb --root-owner-group -Zxz --build "$root" "build/holdfast_${version}_$architecture.deb"
