#!/usr/bin/env bash
# Makes the file system of a small Debian as a tar file: make-base.sh <suite> <folder> <tar file>. Root only, needs
# debootstrap and the keys of Debian's archive. Slim in the way Debian's own container images are.
set -euo pipefail

suite=$1
folder=$2
tar_file=$3
root=$folder/root

# What debootstrap mounts is gone with it, even when it is killed: it works in mounts of its own.
# --keyring is given so that a machine without the keys fails here rather than go on without checking signatures.
unshare --mount --propagation private debootstrap --variant=minbase --include=ca-certificates \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  "$suite" "$root" http://deb.debian.org/debian

cat >"$root/etc/dpkg/dpkg.cfg.d/slim" <<'SLIM'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
SLIM
cat >"$root/etc/apt/apt.conf.d/slim" <<'SLIM'
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
SLIM
# No service may start while packages are installed in an image.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -mindepth 1 \( -type l -o -type d -empty \) -delete
rm -rf "$root"/usr/share/{info,locale,man}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* \
  "$root"/var/cache/debconf/*-old "$root"/var/log/*.log "$root/etc/machine-id" "$root/etc/hostname" "$root/etc/resolv.conf"

# Container engines make their own device files.
tar --create --numeric-owner --exclude='./dev/*' --directory "$root" --file "$tar_file" .
