"""Pages of pools: list, upload and progress, shortlists, one candidate, compare, questions, waivers, letter, delete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from matcher.presentation import html_
from matcher.presentation.words import TIERS, one_line
from matcher.ranking import OPEN_TIERS
from matcher.schema import Outcome, Position, Tier
from web import store
from web.api import list_query
from web.api import workbook as made_workbook
from web.auth import asking, needs
from web.frame import draw, keep, kept, language, local_path, page, say
from web.matching import display_name, parse_date
from web.problems import Problem, field_error, invalid
from web.service import current
from web.store import Entry, Export, Feedback, Page, Pool

_CALL = (Tier.PRIORITY.value, Tier.VERIFY.value, Tier.WAIVER.value)  # tiers of people to call
_PER_PAGE = 50
_PROPOSALS = 25  # people on one page of waivers
_ALL = 1_000_000
_BESIDE_MOST = 2000
_COMPARED = (2, 4)  # candidates side by side, least and most


def _pool(pool_id: str) -> Pool:
    return store.pool(current().engine, asking(), pool_id)


def _positions() -> tuple[Position, ...]:
    return current().matcher.positions


def _titles() -> dict[int, str]:
    return {p.position_id: p.title for p in _positions()}


def _position(position_id: int) -> Position:
    found = next((p for p in _positions() if p.position_id == position_id), None)
    if found is None:
        raise store.Missing
    return found


def _rules() -> list[str]:
    """Every rule that some position has, in the order of the words' table."""
    asked = {
        "portfolio": any(p.needs_portfolio for p in _positions()),
        "certificate": any(p.certificates for p in _positions()),
    }
    rules = ["min_degree", "full_time", "major", "experience", "age", "kinship"]
    return [*rules, *(rule for rule, by_some in asked.items() if by_some)]


def _number(text: str | None) -> int:
    """A page number or another small positive number; 1 when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and int(text[:7]) > 0 else 1


def _to(endpoint: str, **values: Any) -> AnyResponse:
    return redirect(url_for(endpoint, **values), 303)


def _draw(template: str, pool: Pool, tab: str, **values: Any) -> Response:
    """A page inside the frame of a pool."""
    return draw(
        template,
        area="pools",
        pool=pool,
        tab=tab,
        progress_text=_progress_text(pool),
        export=(found := _export(pool)),
        export_text=_export_text(pool, found),
        said=kept(),
        **values,
    )


def _export(pool: Pool) -> Export | None:
    """The pool's export, for those who may take it away."""
    return store.export(current().engine, pool) if asking().may("recruiter") else None


def _export_text(pool: Pool, found: Export | None) -> str:
    """How the export stands, in a sentence; nothing when none was asked for."""
    if found is None:
        return ""
    reason = found.reason if language() == "zh" else found.reason_en
    state = "waiting" if found.underway and pool.status == "working" else "making" if found.underway else found.status
    return say(f"export.{state}", n=found.candidates, reason=reason)


def _progress_text(pool: Pool) -> str:
    done, key = pool.counts["done"], f"progress.{pool.status}"
    return say(key, done=done, total=pool.total, found=pool.candidates, unreadable=pool.unreadable)


# --- list, make, delete -------------------------------------------------------------------------------------------


@page.get("/pools")
@needs("viewer")
def pools() -> Response:
    """The team's pools, newest first, and the form for a new one."""
    found = store.pools(current().engine, asking(), _number(request.args.get("page")))
    return draw(
        "pools.html",
        area="pools",
        found=found,
        today=dt.date.today().isoformat(),
        keep_days=current_app.config["KEEP_DAYS"],
    )


@page.post("/pools")
@needs("recruiter")
def make_pool() -> AnyResponse:
    """A new pool, to be filled on its own page."""
    errors: list[dict[str, str]] = []
    name = one_line(request.form.get("name", ""))[:100]
    if not name:
        errors.append(field_error("name", "请填写名称", "a name is needed"))
    as_of = parse_date(request.form.get("as_of"), "as_of", errors) or dt.date.today()
    days = request.form.get("keep_days", "")
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:5]) <= 3650):
        errors.append(field_error("keep_days", "保存天数应为 1 到 3650", "days to keep: 1 to 3650"))
    if errors:
        raise invalid(errors)
    made, _ = store.create_pool(current().engine, asking(), name, as_of, int(days))
    return _to("page.pool", pool_id=made.id)


@page.get("/pools/<pool_id>/delete")
@needs("recruiter")
def delete(pool_id: str) -> Response:
    """Asks before a pool goes."""
    found = _pool(pool_id)
    return draw(
        "confirm.html",
        area="pools",
        title=say("delete.title", name=found.name),
        why=say("delete.why", files=found.total, found=found.candidates),
        do=say("delete.do"),
        action=url_for("page.delete_pool", pool_id=found.id),
        back=url_for("page.pool", pool_id=found.id),
    )


@page.post("/pools/<pool_id>/delete")
@needs("recruiter")
def delete_pool(pool_id: str) -> AnyResponse:
    """Removes a pool with all its files, texts and results."""
    service = current()
    store.delete_pool(service.engine, asking(), _pool(pool_id), service.files)
    return _to("page.pools")


# --- files and progress -------------------------------------------------------------------------------------------


@page.post("/pools/<pool_id>/files")
@needs("recruiter")
def upload(pool_id: str) -> AnyResponse:
    """Takes files into a pool; a script asks for JSON and gets how many were new."""
    service, found = current(), _pool(pool_id)
    files = [f for f in request.files.getlist("file") if f.filename]
    if not files:
        raise invalid([field_error("file", "请选择文件", "choose some files")])
    most = service.settings["POOL_FILES"]
    new = [
        store.add_file(service.engine, asking(), found, service.files, display_name(f.filename), f.read(), most)[1]
        for f in files
    ]
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"files": len(new), "new": sum(new)})
    return _to("page.pool", pool_id=found.id)


@page.get("/pools/<pool_id>/progress")
@needs("viewer")
def progress(pool_id: str) -> Response:
    """How far the reading is, for the script that draws the bar."""
    found = _pool(pool_id)
    export = _export(found)
    return jsonify(
        {
            "status": found.status,
            "done": found.counts["done"],
            "total": found.total,
            "candidates": found.candidates,
            "text": _progress_text(found),
            "export": export.status if export else "",
        }
    )


@page.post("/pools/<pool_id>/cancel")
@needs("recruiter")
def cancel(pool_id: str) -> AnyResponse:
    """Stops reading; what is done stays."""
    store.cancel_pool(current().engine, asking(), _pool(pool_id))
    return _to("page.pool", pool_id=pool_id)


@page.post("/pools/<pool_id>/resume")
@needs("recruiter")
def resume(pool_id: str) -> AnyResponse:
    """Goes on after a cancellation."""
    store.resume_pool(current().engine, asking(), _pool(pool_id))
    return _to("page.pool", pool_id=pool_id)


@page.get("/pools/<pool_id>/files")
@needs("viewer")
def files(pool_id: str) -> Response:
    """What was uploaded, and what of it could not be read."""
    engine, found = current().engine, _pool(pool_id)
    number = _number(request.args.get("page"))
    # what nobody has read comes first, all of it
    unreadable = store.unreadable(engine, found, per_page=_ALL) if number == 1 else None
    listed = store.files(engine, found, number, _PER_PAGE)
    return _draw("files.html", found, "files", unreadable=unreadable, found=listed)


@page.get("/pools/<pool_id>/files/<file_id>/delete")
@needs("recruiter")
def remove_file(pool_id: str, file_id: str) -> Response:
    """Asks before a file goes: an applicant who withdraws."""
    engine, found = current().engine, _pool(pool_id)
    file = store.file(engine, found, file_id)
    return draw(
        "confirm.html",
        area="pools",
        title=say("remove.title", name=file.name),
        why=say("remove.why"),
        do=say("remove.do"),
        action=url_for("page.delete_file", pool_id=found.id, file_id=file.id),
        back=url_for("page.files", pool_id=found.id),
    )


@page.post("/pools/<pool_id>/files/<file_id>/delete")
@needs("recruiter")
def delete_file(pool_id: str, file_id: str) -> AnyResponse:
    """Removes one file and everything that was read from it."""
    service = current()
    store.delete_file(service.engine, asking(), _pool(pool_id), file_id, service.files)
    keep(say("removed"))
    return _to("page.files", pool_id=pool_id)


@page.post("/pools/<pool_id>/export")
@needs("recruiter")
def ask_export(pool_id: str) -> AnyResponse:
    """Has the workbook made, and goes back to where it was asked for, which says how far it is."""
    found = _pool(pool_id)
    store.ask_export(current().engine, asking(), found)
    return redirect(local_path(request.form.get("next") or url_for("page.pool", pool_id=found.id)), 303)


@page.get("/pools/<pool_id>/export.xlsx")
@needs("recruiter")
def workbook(pool_id: str) -> Response:
    """The workbook of a pool."""
    return made_workbook(_pool(pool_id))


# --- lists --------------------------------------------------------------------------------------------------------


@page.get("/pools/<pool_id>")
@page.get("/pools/<pool_id>/positions/<int:position_id>")
@needs("viewer")
def pool(pool_id: str, position_id: int | None = None) -> Response:
    """A shortlist: of one position, or of everybody at the best one."""
    engine, found = current().engine, _pool(pool_id)
    position = None if position_id is None else _position(position_id)
    errors: list[dict[str, str]] = []
    query = list_query(errors)
    if errors:
        raise invalid(errors)
    if found.candidates:
        store.record(engine, asking(), "list_candidates", found.id, position_id=position_id)
    entries = (
        store.candidates(engine, found, **query)
        if position is None
        else store.shortlist(engine, found, position.position_id, **query)
    )
    verdicts = [f"{rule}:{outcome}" for rule, outcome in query["verdicts"]]
    chosen = {"tiers": query["tiers"], "verdicts": verdicts, "sort": query["sort"]}
    return _draw(
        "pool.html",
        found,
        "list",
        position=position,
        positions=_positions(),
        titles=_titles(),
        counts=_to_call(found) if found.candidates else {},
        found=entries,
        chosen={**chosen, "any": bool(verdicts or query["tiers"] or query["sort"] != "rank")},
        tiers=[t.value for t in TIERS],
        rules=_rules(),
    )


def _to_call(found: Pool) -> dict[int, int]:
    """Position to how many people are worth a call."""
    engine = current().engine
    ids = [p.position_id for p in _positions()]
    return {i: store.shortlist(engine, found, i, per_page=1, tiers=_CALL).total for i in ids}


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask a candidate, and which positions hang on the answer."""

    rule: str
    question: str
    reason: str
    positions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A candidate with questions."""

    candidate_id: str
    position_id: int
    name: str
    file: str
    questions: tuple[Question, ...]


@page.get("/pools/<pool_id>/questions")
@needs("viewer")
def questions(pool_id: str) -> Response:
    """What to ask whom: only where the answer can change whom to call."""
    engine, found = current().engine, _pool(pool_id)
    entries = store.candidates(
        engine, found, _number(request.args.get("page")), _PER_PAGE, tiers=[t.value for t in OPEN_TIERS]
    )
    store.record(engine, asking(), "list_questions", found.id)
    return _draw("questions.html", found, "questions", found=entries, asked=list(_asked(found, entries)))


def _asked(found: Pool, entries: Page[Entry]) -> Iterable[Asked]:
    service = current()
    for e in entries.items:
        person = store.candidate(service.engine, found, e.candidate_id, service.matcher.policy)
        grouped: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for a in person.result.matches:
            for v in a.verdicts:
                if a.tier in OPEN_TIERS and v.outcome is Outcome.UNKNOWN and v.question:
                    grouped.setdefault((v.rule, one_line(v.question)), []).append((a.title, one_line(v.reason)))
        listed = tuple(
            Question(rule, question, places[0][1], tuple(title for title, _ in places))
            for (rule, question), places in grouped.items()
        )
        if listed:
            yield Asked(e.candidate_id, e.position_id, e.name, one_line(e.source or e.file), listed)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A small shortfall that a person may waive."""

    candidate_id: str
    name: str
    position_id: int
    title: str
    rule: str
    reason: str
    clause: str
    score: float


@page.get("/pools/<pool_id>/waivers")
@needs("viewer")
def waivers(pool_id: str) -> Response:
    """Shortfalls that policy may waive, to accept or refuse with a reason, and what was decided."""
    engine, found = current().engine, _pool(pool_id)
    waiting = _waiting(found)
    number = min(_number(request.args.get("page")), max(1, -(-len(waiting) // _PROPOSALS)))
    here = tuple(waiting[(number - 1) * _PROPOSALS : number * _PROPOSALS])
    said = store.history(engine, found)
    last = {(f.candidate_id, f.position_id, f.rule): f for f in said if f.computed == Outcome.WAIVABLE.value}
    decided = [f for f in reversed(last.values()) if f.value != f.computed]
    names = {i: _name_of(found, i) for i in {f.candidate_id for f in decided}}
    store.record(engine, asking(), "list_waivers", found.id)
    return _draw(
        "waivers.html",
        found,
        "waivers",
        listed=Page(here, len(waiting), number, _PROPOSALS),
        proposals=[p for e in here for p in _proposals(found, e)],
        decided=decided,
        names=names,
        titles=_titles(),
    )


def _name_of(found: Pool, candidate_id: str) -> str:
    service = current()
    return store.candidate(service.engine, found, candidate_id, service.matcher.policy).name


def _waiting(found: Pool) -> list[Entry]:
    """Who has a shortfall that waits for a decision: position by position, best first."""
    entries: dict[tuple[int, str], Entry] = {}
    for position in (p for p in _positions() if p.waivable):
        for rule in ("experience", "age", "major"):
            asked = [(rule, Outcome.WAIVABLE.value)]
            listed = store.shortlist(current().engine, found, position.position_id, per_page=_ALL, verdicts=asked)
            entries |= {(e.position_id, e.candidate_id): e for e in listed.items if e.tier != Tier.NO_FIT.value}
    return sorted(entries.values(), key=lambda e: (e.position_id, -e.score, e.candidate_id))


def _proposals(found: Pool, entry: Entry) -> Iterable[Proposal]:
    service = current()
    person = store.candidate(service.engine, found, entry.candidate_id, service.matcher.policy)
    a = next(a for a in person.result.matches if a.position_id == entry.position_id)
    for v in a.verdicts:
        if v.outcome is Outcome.WAIVABLE:
            yield Proposal(
                entry.candidate_id, entry.name, a.position_id, a.title, v.rule, one_line(v.reason), one_line(v.clause),
                a.score,
            )  # fmt: skip


# --- one candidate, several candidates ----------------------------------------------------------------------------


def _last(feedback: Sequence[Feedback]) -> dict[tuple[int, str | None], Feedback]:
    """The last word on each rule and on each tier."""
    return {(f.position_id, f.rule): f for f in feedback}


@page.get("/pools/<pool_id>/candidates/<candidate_id>")
@needs("viewer")
def candidate(pool_id: str, candidate_id: str) -> Response:
    """A candidate as the match page shows one, with what people changed."""
    service, found = current(), _pool(pool_id)
    person = store.candidate(service.engine, found, candidate_id, service.matcher.policy)
    store.record(service.engine, asking(), "view_candidate", found.id, person.id)
    shown = html_.view(person.result)
    asked = request.args.get("position", "")
    best = next((c.position_id for c in shown.cards if c.fits), None)
    before, after = _beside(found, _number(asked), person.id) if asked else (None, None)
    return draw(
        "candidate.html",
        area="pools",
        pool=found,
        candidate=person,
        r=shown,
        open=_number(asked) if asked else best,
        before=before,
        after=after,
        said=_last(person.feedback),
        said_now=kept(),
        tiers=[t.value for t in TIERS],
        titles=_titles(),
    )


def _beside(found: Pool, position_id: int, candidate_id: str) -> tuple[str | None, str | None]:
    """Who stands before and after somebody in a shortlist; nobody in a pool too large to look through for that."""
    if found.candidates > _BESIDE_MOST:
        return None, None
    entries = store.shortlist(current().engine, found, position_id, per_page=_BESIDE_MOST).items
    ids = [None, *(e.candidate_id for e in entries), None]
    at = ids.index(candidate_id) if candidate_id in ids else 0
    return (ids[at - 1], ids[at + 1]) if at else (None, None)


@page.post("/pools/<pool_id>/candidates/<candidate_id>/feedback")
@needs("recruiter")
def feedback(pool_id: str, candidate_id: str) -> AnyResponse:
    """A person's word on a verdict or, without a rule, on the tier; the reason is required."""
    service, found, form = current(), _pool(pool_id), request.form
    position = _position(_number(form.get("position")))
    store.give_feedback(
        service.engine,
        asking(),
        found,
        candidate_id,
        position.position_id,
        form.get("rule") or None,
        form.get("value", ""),
        form.get("reason", ""),
        service.matcher.policy,
    )
    keep(say("saved"))
    if form.get("back") == "waivers":
        return _to("page.waivers", pool_id=found.id)
    where = f"r0-p{position.position_id}" + (f"-{form['rule']}" if form.get("rule") else "")  # ids of html_.view
    return _to(
        "page.candidate", pool_id=found.id, candidate_id=candidate_id, position=position.position_id, _anchor=where
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One candidate of a comparison, at the position compared."""

    id: str
    name: str
    file: str
    facts: dict[str, str]
    card: html_.Card


@page.get("/pools/<pool_id>/compare")
@needs("viewer")
def compare(pool_id: str) -> Response:
    """Two to four candidates side by side for one position: the given one, or the first candidate's best."""
    service, found = current(), _pool(pool_id)
    ids = list(dict.fromkeys(request.args.getlist("c")))
    if not _COMPARED[0] <= len(ids) <= _COMPARED[1]:
        raise Problem(400, "compare", "请选择 2 到 4 位候选人", "", "Choose two to four candidates.")
    people = [store.candidate(service.engine, found, i, service.matcher.policy) for i in ids]
    asked = request.args.get("position", "")
    position = _position(_number(asked) if asked else people[0].result.matches[0].position_id)
    sides = []
    for person in people:
        store.record(service.engine, asking(), "view_candidate", found.id, person.id, position.position_id)
        shown = html_.view(person.result)
        card = next(c for c in shown.cards if c.position_id == position.position_id)
        sides.append(Side(person.id, shown.name, shown.file or person.file, dict(shown.facts), card))
    present = {key for s in sides for key in s.facts}
    return draw(
        "compare.html",
        area="pools",
        pool=found,
        position=position,
        positions=_positions(),
        views=sides,
        facts=[k for k in ("degree", "school", "major", "years", "age", "certificates", "skills") if k in present],
        rules=[r for r in _rules() if any(line.rule == r for s in sides for line in s.card.lines)],
    )


@page.get("/pools/<pool_id>/candidates/<candidate_id>/letter/<int:position_id>")
@needs("viewer")
def letter(pool_id: str, candidate_id: str, position_id: int) -> Response:
    """What an applicant may be told: why this position, which facts were used, how to ask for a person's review."""
    service, found = current(), _pool(pool_id)
    person = store.candidate(service.engine, found, candidate_id, service.matcher.policy)
    shown = html_.view(person.result)
    card = next((c for c in shown.cards if c.position_id == position_id), None)
    if card is None:
        raise store.Missing
    store.record(service.engine, asking(), "letter", found.id, person.id, position_id)
    return draw(
        "letter.html",
        area="pools",
        pool=found,
        candidate=person,
        r=shown,
        card=card,
        total=len(shown.cards),
        plus_words=list(dict.fromkeys(line.clause for line in card.preferred)),
    )
