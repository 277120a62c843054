"""Gets single font files out of Debian packages without installing anything."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

SYSTEM_ROOT = Path("/")
_TIMEOUT = 600  # seconds for one download of at most about 60 MB


class FontsUnavailableError(Exception):
    """The fonts cannot be fetched; the message says what to do."""


def _run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - fixed program, arguments from the table of faces
        arguments, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False
    )


def _apt(folder: Path) -> list[str]:
    """apt-get with lists of its own, so that an ordinary user may refresh them."""
    tool = shutil.which("apt-get")
    if tool is None or shutil.which("dpkg-deb") is None:
        message = (
            "The fonts come from Debian packages, and apt-get or dpkg-deb is missing here. "
            "Way out: put the .deb files named in documents/fonts/faces.py into "
            f"{folder}, or run this on Debian or Ubuntu."
        )
        raise FontsUnavailableError(message)
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    return [tool, "-o", "APT::Sandbox::User=root", "-o", f"Dir::State::lists={lists}"]


def archive(package: str, folder: Path) -> Path | None:
    """The downloaded .deb of a package, if it is there (apt writes ``%3a`` for the epoch)."""
    return next(iter(sorted(folder.glob(f"{quote(package)}_*.deb"))), None)


def download(packages: Iterable[str], folder: Path) -> None:
    """Download what is not there yet; refresh the package lists once when apt knows too little."""
    wanted = [name for name in packages if archive(name, folder) is None]
    if not wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    own_lists = _apt(folder)
    if _run([own_lists[0], *own_lists[1:3], "download", *wanted], folder).returncode == 0:
        return
    updated = _run([*own_lists, "update"], folder)
    fetched = _run([*own_lists, "download", *wanted], folder)
    if fetched.returncode != 0:
        said = (fetched.stderr or updated.stderr).strip()[-800:]
        message = (
            f"apt-get could not download {', '.join(wanted)}. It said:\n{said}\n"
            "Way out: check the network and /etc/apt/sources.list, or copy the .deb files "
            f"into {folder} and run fetch_fonts again."
        )
        raise FontsUnavailableError(message)


def _unpack_from(deb: Path, paths: set[str], target: Path) -> set[str]:
    """Write the wanted members of one package below target; returns the paths found."""
    found: set[str] = set()
    tool = shutil.which("dpkg-deb") or "dpkg-deb"
    with subprocess.Popen(  # noqa: S603 - fixed program on a file of our own folder
        [tool, "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE
    ) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
            for member in tar:
                path = member.name.removeprefix("./")
                source = tar.extractfile(member) if path in paths else None
                if source is None:
                    continue
                place = target / path
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as out:
                    shutil.copyfileobj(source, out)
                found.add(path)
                if found == paths:
                    break
        process.terminate()
    return found


def _is_installed(paths: Iterable[str]) -> bool:
    return all((SYSTEM_ROOT / path).is_file() for path in paths)


def download_missing(wanted: Mapping[str, Iterable[str]], folder: Path) -> None:
    """Download the packages whose files the system does not have, all in one call of apt."""
    download([name for name, paths in wanted.items() if not _is_installed(paths)], folder)


def locate(package: str, paths: set[str], folder: Path) -> dict[str, Path]:
    """Where a downloaded or installed package's files lie, unpacked if need be."""
    if _is_installed(paths):
        return {path: SYSTEM_ROOT / path for path in paths}
    deb = archive(package, folder)
    if deb is None:
        raise FontsUnavailableError(
            f"apt-get said it downloaded {package}, but no .deb is in {folder}."
        )
    target = folder / "unpacked"
    missing = paths - _unpack_from(deb, paths, target)
    if missing:
        listed = ", ".join(sorted(missing))
        raise FontsUnavailableError(
            f"{deb.name} does not hold {listed}; the package was changed. "
            "Way out: correct documents/fonts/faces.py."
        )
    return {path: target / path for path in paths}


def discard_unpacked(folder: Path) -> None:
    """Remove the raw copies; the built faces are all that is used."""
    shutil.rmtree(folder / "unpacked", ignore_errors=True)
