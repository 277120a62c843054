"""Builds the faces of a set from their sources, spread over processes.

A chunk of glyphs is the unit of work; the parts are joined in the order of the repertoire, so one
process and eight give the same bytes.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from documents.fonts import copying, outlines, tables
from documents.fonts.faces import Face
from documents.fonts.outlines import Glyph
from documents.fonts.repertoire import SPACES, in_order, repertoire

_CHUNK = 400
_EM = 1000
_SPACE_WIDTHS = dict(zip(SPACES, (1 / 3, 1 / 3, 1.0), strict=True))
"""Of the em: FandolFang's own."""


def _is_truetype(path: Path) -> bool:
    return path.suffix == ".ttf"


def _drawn_characters(face: Face, path: Path) -> tuple[list[int], list[int]]:
    """Code points of a CFF face in order, and their glyph numbers."""
    known = outlines.glyph_ids(path, face.member)
    wanted = [ord(one) for one in face.only] if face.only else repertoire()
    codes = [code for code in wanted if code in known]
    return codes, [known[code] for code in codes]


def _with_spaces(characters: list[tuple[int, Glyph]], em: int) -> list[tuple[int, Glyph]]:
    """The face's own spaces replaced by those of 仿宋, which stand first."""
    spaces = [(code, Glyph(b"", round(width * em), None)) for code, width in _SPACE_WIDTHS.items()]
    return [*spaces, *(one for one in characters if one[0] not in _SPACE_WIDTHS)]


def _copied(face: Face, path: Path, target: Path) -> None:
    """A whole TrueType face, written by the process that read it."""
    em = copying.units_per_em(path)
    characters = copying.copy(path, in_order(copying.code_points(path)))
    if face.spaces:
        characters = _with_spaces(characters, em)
    target.write_bytes(tables.assemble(face, path, em, characters))


def _chunks(glyph_ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(glyph_ids), _CHUNK):
        yield glyph_ids[start : start + _CHUNK]


def _finished(
    face: Face, path: Path, codes: list[int], parts: Iterable[Future[list[Glyph]]]
) -> bytes:
    glyphs = [glyph for part in parts for glyph in part.result()]
    return tables.assemble(face, path, _EM, list(zip(codes, glyphs, strict=True)))


def build(
    faces: Iterable[Face], sources: Mapping[str, Path], folder: Path, processes: int | None = None
) -> None:
    """Write every face into the folder; ``sources`` gives the file of each face's path."""
    context = multiprocessing.get_context("fork")
    workers = processes or os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        drawn, copied = [], []
        for face in faces:
            path = sources[face.path]
            if _is_truetype(path):
                copied.append(pool.submit(_copied, face, path, folder / face.file_name))
                continue
            codes, glyph_ids = _drawn_characters(face, path)
            parts = [
                pool.submit(outlines.draw, path, face.member, chunk) for chunk in _chunks(glyph_ids)
            ]
            drawn.append((face, path, codes, parts))
        for face, path, codes, parts in drawn:
            (folder / face.file_name).write_bytes(_finished(face, path, codes, parts))
        for job in copied:
            job.result()
