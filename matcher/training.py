"""Fit the text model from committed data and write ``models/``; learn corrections from job adverts when given.

``fit`` is a pure function of the files in ``data/``: the same files give the same bytes. What adverts teach is kept as
two committed tables of figures, ``background_df.csv`` (word, number of documents) and ``learned_weights.csv`` (word,
one correction per position); ``learn`` recomputes them and is the only code that reads adverts.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from matcher.knowledge import DATA_DIR, KnowledgeError, data_file, load_positions, read_table
from matcher.schema import ModelInfo, Position
from matcher.scoring import (
    FEATURES,
    FORMAT,
    MODELS_DIR,
    PARTS,
    Ranker,
    asked_columns,
    fitted_hash,
    is_word,
    load_weights,
    read_text,
    segmenter_version,
    stop_words,
)
from matcher.terms import TermIndex
from matcher.text import fold, segment

Matrix = NDArray[np.float64]

MODEL_VERSION = "1.0.0"

_FIELDS = ("title", "duty", "tool", "term", "anti")
_CJK = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Term:
    """A reviewed word of ``position_terms.csv``; ``position_id`` 0 is "another trade"."""

    position_id: int
    field: str
    word: str
    weight: float


# --- reading what a recruiter knows -------------------------------------------------------------------------------


def load_terms(data_dir: Path = DATA_DIR) -> tuple[Term, ...]:
    """The reviewed words, folded. Raises KnowledgeError naming the row."""
    path = data_dir / "position_terms.csv"
    known = {0, *(p.position_id for p in load_positions(data_dir))}
    terms: dict[tuple[int, str, str], Term] = {}
    for line, row in read_table(path, ["position_id", "field", "term", "weight", "note"]):
        try:
            term = Term(int(row["position_id"]), row["field"], fold(row["term"]), float(row["weight"]))
        except ValueError as error:
            raise KnowledgeError(f"{path.name}：第 {line} 行的编号或权重不是数字 (row {line}: {error})") from error
        if term.position_id not in known or term.field not in _FIELDS or not term.word or not 0 < term.weight <= 10:
            raise KnowledgeError(f"{path.name}：第 {line} 行无效：岗位编号、栏目、词或权重（0–10）有误 (row {line})")
        key = (term.position_id, term.field, term.word)
        if key in terms:
            raise KnowledgeError(f"{path.name}：第 {line} 行的词“{term.word}”重复 (row {line}: duplicate)")
        terms[key] = term
    return tuple(terms.values())


def load_synonyms(data_dir: Path = DATA_DIR) -> dict[str, str]:
    """Folded word to the word it stands for."""
    path = data_file(data_dir, "synonyms.csv")
    return {fold(r["term"]): fold(r["canonical"]) for _, r in read_table(path, ["term", "canonical", "note"])}


# The row of background_df.csv that counts all documents; no token looks like it.
ALL_DOCUMENTS = "<all documents>"


def load_background(data_dir: Path = DATA_DIR) -> tuple[dict[str, int], int]:
    """``(word to the number of background documents that hold it, number of documents)``; empty when not there yet."""
    path = data_file(data_dir, "background_df.csv")
    if not path.is_file():
        return {}, 0
    table = {r["word"]: int(r["frequency"]) for _, r in read_table(path, ["word", "frequency"])}
    return table, table.pop(ALL_DOCUMENTS)


def load_learned(position_ids: Sequence[int], data_dir: Path = DATA_DIR) -> dict[str, tuple[float, ...]]:
    """Word to its learned correction for each position; empty when the table is not there yet."""
    path = data_dir / "learned_weights.csv"
    if not path.is_file():
        return {}
    columns = [f"p{i}" for i in position_ids]
    return {r["word"]: tuple(float(r[c]) for c in columns) for _, r in read_table(path, ["word", *columns])}


# --- words and what they stand for --------------------------------------------------------------------------------


def _pieces(word: str, compounds: frozenset[str], data_dir: Path) -> tuple[str, ...]:
    """Shorter features inside a compound: known words it contains, and the dictionary words it is made of."""
    found: dict[str, None] = {}
    for i in range(len(word)):
        for j in range(i + 2, len(word) + 1):
            piece = word[i:j]
            if piece != word and piece in compounds:
                found.setdefault(piece)
    for piece in _plain(data_dir).cut(word, hmm=False):
        if piece != word and is_word(piece):
            found.setdefault(piece)
    return tuple(found)


_PLAIN: list[Any] = []


def _plain(_: Path) -> Any:
    """A segmenter without the domain's words: how a compound falls apart."""
    import rjieba

    if not _PLAIN:
        _PLAIN.append(rjieba.Jieba())
    return _PLAIN[0]


def _expansions(
    words: Iterable[str], synonyms: Mapping[str, str], data_dir: Path
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """``(token expansions, phrase expansions)``; a phrase holds a blank and never is one token."""
    everything = frozenset(words) | frozenset(synonyms) | frozenset(synonyms.values())
    compounds = frozenset(w for w in everything if _CJK.search(w))
    beside = tuple(load_weights(data_dir)["cues"]["beside"])
    tokens: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    for word in sorted(everything):
        # 配合产品经理 must not count as 产品经理 (B159).
        also = list(_pieces(word, compounds, data_dir)) if _CJK.search(word) and not word.startswith(beside) else []
        target = synonyms.get(word)
        if target is not None:
            also += [target, *(_pieces(target, compounds, data_dir) if _CJK.search(target) else ())]
        also = [w for w in dict.fromkeys(also) if w != word]
        if len(segment(word, data_dir)) == 1:
            if also:
                tokens[word] = tuple(also)
        else:
            phrases[word] = tuple(dict.fromkeys([word, *also]))
    return tokens, phrases


# --- building the arrays ------------------------------------------------------------------------------------------


def _notice_words(position: Position, stop: frozenset[str], data_dir: Path) -> Counter[str]:
    parts = (
        position.responsibilities_text,
        position.competencies_text,
        position.experience_text,
        position.preferred_text,
    )
    text = "\n".join((position.title, *parts))
    return Counter(t for t in segment(fold(text), data_dir) if is_word(t) and t not in stop)


def _rows_to_unit(matrix: Matrix) -> Matrix:
    norms = np.sqrt((matrix**2).sum(axis=0, keepdims=True))
    unit: Matrix = matrix / np.maximum(norms, 1e-12)
    return unit


def build(data_dir: Path = DATA_DIR) -> Ranker:
    """The ranker from the files in ``data_dir``, not yet written anywhere."""
    weights = load_weights(data_dir)
    text, fields = weights["text"], weights["fields"]
    positions = load_positions(data_dir)
    ids = tuple(p.position_id for p in positions)
    terms, synonyms = load_terms(data_dir), load_synonyms(data_dir)
    (background, documents), learned = load_background(data_dir), load_learned(ids, data_dir)
    stop = stop_words(data_dir)
    tokens, phrases = _expansions((t.word for t in terms), synonyms, data_dir)
    notices = [_notice_words(p, stop, data_dir) for p in positions]

    vocabulary = {t.word for t in terms} | set(synonyms.values()) | set(background) | set(learned)
    vocabulary |= {w for c in notices for w in c} | {p for t in terms for p in tokens.get(t.word, ())}
    words = tuple(sorted(w for w in vocabulary if w not in stop))
    column = {w: i for i, w in enumerate(words)}
    idf = np.array([min(math.log((documents + 1) / (background.get(w, 0) + 1)) + 1.0, text["max_idf"]) for w in words])

    parts = np.zeros((len(words), len(PARTS), len(ids)))
    for term in terms:
        if term.position_id == 0 or term.word not in column:
            continue
        at, part = ids.index(term.position_id), PARTS.index(term.field)
        sign = -1.0 if term.field == "anti" else 1.0
        weight = sign * term.weight * float(fields[term.field])
        for word, share in ((term.word, 1.0), *((w, text["part_share"]) for w in tokens.get(term.word, ()))):
            i = column.get(word)
            if i is not None and abs(parts[i, part, at]) < abs(weight * share):
                parts[i, part, at] = weight * share
    _keep_strongest(parts)
    parts *= idf[:, None, None]
    norms = np.sqrt((parts**2).sum(axis=(0, 1)))
    parts *= float(text["scale"]) / np.maximum(norms, 1e-12)
    notice = np.zeros((len(words), len(ids)))
    for at, counts in enumerate(notices):
        for word, n in counts.items():
            notice[column[word], at] = (1.0 + math.log(n)) * idf[column[word]]
    parts[:, PARTS.index("notice"), :] = float(text["scale"] * text["notice_share"]) * _rows_to_unit(notice)
    for word, row in learned.items():
        if word in column:
            parts[column[word], PARTS.index("learned"), :] = float(text["learned_share"]) * np.array(row)

    none = np.zeros(len(words))
    known = np.abs(parts[:, : PARTS.index("anti"), :]).sum(axis=(1, 2)) > 0.0
    for term in terms:
        if term.position_id == 0 and term.word in column and not known[column[term.word]]:
            i = column[term.word]
            none[i] = float(text["none_scale"]) * term.weight * idf[i] / float(norms.mean())
    kept_phrases = _phrases(phrases, column)
    return Ranker(
        position_ids=ids,
        vocabulary=column,
        words=words,
        idf=idf.astype(np.float32),
        parts=parts.round(5).astype(np.float32),
        none=none.round(5).astype(np.float32),
        expansions={k: kept for k, v in tokens.items() if (kept := tuple(w for w in v if w in column))},
        phrases=kept_phrases,
        phrase_index=TermIndex(kept_phrases.items()),
        weights=weights,
        info=ModelInfo(MODEL_VERSION, fitted_hash(data_dir), FEATURES),
        asked=asked_columns(parts.astype(np.float32), idf.astype(np.float32), words, positions),
        data_dir=data_dir,
    )


def _phrases(phrases: Mapping[str, tuple[str, ...]], column: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    kept = {k: tuple(w for w in v if w in column) for k, v in phrases.items()}
    return {k: v for k, v in kept.items() if v}


def _keep_strongest(parts: Matrix) -> None:
    """A word listed in several fields of a position counts once, in its strongest field."""
    first_four = parts[:, : PARTS.index("anti"), :]
    strongest = first_four.argmax(axis=1)
    mask = np.zeros_like(first_four, dtype=bool)
    rows, columns = np.indices(strongest.shape)
    mask[rows, strongest, columns] = True
    first_four[~mask] = 0.0


# --- saving -------------------------------------------------------------------------------------------------------


def _npz_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """An uncompressed .npz whose bytes depend on the arrays alone (fixed dates, fixed order)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            body = io.BytesIO()
            np.lib.format.write_array(body, arrays[name], allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), body.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _json_bytes(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def save(ranker: Ranker, models_dir: Path) -> None:
    """Write ``ranker.npz``, ``vocabulary.json`` and ``manifest.json``; the manifest last, so a torn write is seen."""
    models_dir.mkdir(parents=True, exist_ok=True)
    figures = models_dir / "figures.json"
    manifest = {
        "format": FORMAT,
        "version": ranker.info.version,
        "data_hash": ranker.info.data_hash,
        "features": list(FEATURES),
        "parts": list(PARTS),
        "position_ids": list(ranker.position_ids),
        "words": len(ranker.words),
        "libraries": {"rjieba": segmenter_version()},
        "figures": json.loads(figures.read_text(encoding="utf-8")) if figures.is_file() else {},
    }
    (models_dir / "ranker.npz").write_bytes(_npz_bytes({"idf": ranker.idf, "parts": ranker.parts, "none": ranker.none}))
    vocabulary = {"words": ranker.words, "expansions": ranker.expansions, "phrases": ranker.phrases}
    (models_dir / "vocabulary.json").write_bytes(_json_bytes(vocabulary))
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (models_dir / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def fit(data_dir: Path = DATA_DIR, models_dir: Path = MODELS_DIR, ads_csv: Path | None = None) -> Ranker:
    """Fit and write ``models/``; with ``ads_csv`` first recompute the two tables that adverts teach.

    The same files in ``data_dir`` give the same bytes. ``ads_csv`` has the columns ``source_repo, label_group, text``.
    Raises KnowledgeError when a data file is missing or wrong.
    """
    if ads_csv is not None:
        adverts = load_adverts(ads_csv, load_positions(data_dir))
        write_background(adverts, data_dir)
        write_learned(adverts, data_dir)
    ranker = build(data_dir)
    save(ranker, models_dir)
    return ranker


# --- what adverts teach -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Advert:
    """A labelled job advert: ``allowed`` are indices of the positions that count as right."""

    text: str
    source: str
    group: str
    allowed: tuple[int, ...]


def load_adverts(path: Path, positions: Sequence[Position]) -> tuple[Advert, ...]:
    """Read labelled adverts. Raises KnowledgeError on an unknown position id."""
    at = {str(p.position_id): i for i, p in enumerate(positions)}
    adverts = []
    for line, row in read_table(path, ["text", "label_group"]):
        try:
            allowed = tuple(at[i] for i in row["label_group"].split("|"))
        except KeyError as error:
            raise KnowledgeError(f"{path.name}：第 {line} 行的岗位编号 {error} 不存在 (unknown position id)") from error
        adverts.append(Advert(row["text"], row.get("source_repo", ""), row["label_group"], allowed))
    return tuple(adverts)


# A word is kept only when this many adverts from this many sources hold it: no employer's own words, no copied phrases.
MIN_DOCUMENTS, MIN_SOURCES = 5, 2

# Names of places, people and organisations by the segmenter's own tags: never features.
_NAME_TAGS = ("ns", "nr", "nrt", "nrfg", "nt")


def background(adverts: Sequence[Advert], data_dir: Path = DATA_DIR) -> dict[str, int]:
    """Word to number of adverts that hold it."""
    known = {w for t in load_terms(data_dir) for w in (t.word,)} | set(load_synonyms(data_dir).values())
    stop = stop_words(data_dir)
    tokens, _ = _expansions(known, load_synonyms(data_dir), data_dir)
    documents: Counter[str] = Counter()
    sources: dict[str, set[str]] = {}
    for advert in adverts:
        found = {t for t in segment(fold(advert.text), data_dir) if is_word(t)}
        found |= {w for t in found for w in tokens.get(t, ())}
        documents.update(found)
        for word in found:
            sources.setdefault(word, set()).add(advert.source)
    tagger = _plain(data_dir)
    return {
        w: n
        for w, n in sorted(documents.items())
        if w not in stop
        and (w in known or (n >= MIN_DOCUMENTS and len(sources[w]) >= MIN_SOURCES))
        and (w in known or not any(tag in _NAME_TAGS for _, tag in tagger.tag(w, hmm=False)))
    }


def _write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_background(adverts: Sequence[Advert], data_dir: Path) -> None:
    """Write ``background_df.csv``: word, number of adverts that hold it; the first row counts all adverts."""
    rows = ((ALL_DOCUMENTS, len(adverts)), *background(adverts, data_dir).items())
    _write_table(data_dir / "background_df.csv", ("word", "frequency"), rows)


def vectors(ranker: Ranker, texts: Iterable[str]) -> sparse.csr_matrix:
    """TF-IDF rows of texts, (n, V)."""
    data: list[float] = []
    indices: list[int] = []
    indptr = [0]
    for text in texts:
        view = read_text(fold(text), ranker)
        data.extend(view.values.tolist())
        indices.extend(view.columns.tolist())
        indptr.append(len(indices))
    return sparse.csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, len(ranker.words)))


@dataclass(frozen=True, slots=True)
class LearnSettings:
    """How corrections are learned. ``balance`` 1 weighs label groups equally, 0 weighs adverts equally.

    ``ridge`` pulls the corrections to zero, i.e. to what the reviewed terms say. ``practice`` is the number of practice
    texts a position (see ``practice_texts``).
    """

    ridge: float = 0.6
    balance: float = 1.0
    iterations: int = 150
    practice: int = 100


def learn(
    x: sparse.csr_matrix,
    start: Matrix,
    adverts: Sequence[Advert],
    settings: LearnSettings = LearnSettings(),
) -> Matrix:
    """Corrections (V, P) to the position vectors ``start`` (V, P), by marginal likelihood over the allowed positions.

    An advert labelled ``5|7|8`` says only that one of the three is right; its likelihood is their summed probability.
    """
    positions = start.shape[1]
    allowed = np.zeros((len(adverts), positions))
    for i, advert in enumerate(adverts):
        allowed[i, list(advert.allowed)] = 1.0
    sizes = Counter(a.group for a in adverts)
    weight = np.array([sizes[a.group] ** -settings.balance for a in adverts])
    weight *= len(adverts) / weight.sum()
    fixed = np.asarray(x @ start)

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        w = flat.reshape(start.shape)
        z = fixed + x @ w
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        right = np.maximum((p * allowed).sum(axis=1), 1e-300)
        slope = (p - p * allowed / right[:, None]) * weight[:, None]
        value = -(weight * np.log(right)).sum() + 0.5 * (settings.ridge * w**2).sum()
        return float(value), np.asarray(x.T @ slope + settings.ridge * w).ravel()

    found = minimize(loss, np.zeros(start.size), jac=True, method="L-BFGS-B", options={"maxiter": settings.iterations})
    corrections: Matrix = found.x.reshape(start.shape)
    return corrections


def practice_texts(data_dir: Path, each: int, seed: int = 0) -> tuple[Advert, ...]:
    """``each`` texts a position, drawn from its reviewed terms amid common background words.

    Real adverts of some positions are few; without these the corrections would push such positions down.
    """
    random = np.random.default_rng(seed)
    common = [(w, n) for w, n in load_background(data_dir)[0].items() if n >= 15]
    if not common:
        return ()
    share = np.array([n for _, n in common], dtype=np.float64)
    share /= share.sum()
    texts = []
    for at, position in enumerate(load_positions(data_dir)):
        own = [t for t in load_terms(data_dir) if t.position_id == position.position_id and t.field != "anti"]
        weight = np.array([t.weight**1.5 for t in own])
        weight /= weight.sum()
        for _ in range(each):
            of_it = random.choice(len(own), min(int(random.integers(8, 25)), len(own)), replace=False, p=weight)
            around = random.choice(len(common), min(int(random.integers(20, 60)), len(common)), replace=False, p=share)
            words = [own[i].word for i in of_it] + [common[i][0] for i in around]
            texts.append(Advert("，".join(words), "practice", f"practice {position.position_id}", (at,)))
    return tuple(texts)


def starting_vectors(ranker: Ranker) -> Matrix:
    """Position vectors (V, P) without what adverts taught."""
    keep = [i for i, part in enumerate(PARTS) if part != "learned"]
    start: Matrix = ranker.parts[:, keep, :].sum(axis=1).astype(np.float64)
    return start


def write_learned(
    adverts: Sequence[Advert], data_dir: Path, settings: LearnSettings = LearnSettings(), least: float = 0.05
) -> None:
    """Write ``learned_weights.csv``: word and one correction per position, rows below ``least`` everywhere left out."""
    ranker = build(data_dir)
    adverts = (*adverts, *practice_texts(data_dir, settings.practice))
    table = learn(vectors(ranker, (a.text for a in adverts)), starting_vectors(ranker), adverts, settings)
    header = ("word", *(f"p{i}" for i in ranker.position_ids))
    rows = (
        (word, *(f"{v:.3f}" for v in row))
        for word, row in zip(ranker.words, table.tolist(), strict=True)
        if max(map(abs, row)) >= least
    )
    _write_table(data_dir / "learned_weights.csv", header, rows)
