"""The judge of a run: compares what people were told with what the server did and what is still held.

It knows the code under test only by its data. Everything is worked out from the trace, so that a false trace can
be put before it (``test_oracle.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.faults.ground import FIELDS
from tests.faults.server import Delivery, Effect
from tests.faults.trace import Holding, Promise, Saved, Tally, Trace
from tui.form.edit import FieldEdit
from tui.model.action import Request, Slot
from tui.model.field import no_answer, same_value
from tui.workbench.entry import OPEN_STATES, Entry

_NUMBERS = {
    spec.key for specs in FIELDS.values() for spec in specs if any(kind == "number" for kind, _ in spec.rules)
}
_FIRST_STATUS = "open"
_STATUS = {Slot.FINISH: ("done", "done_delayed"), Slot.DENY: ("denied",)}


def judge(trace: Trace) -> Tally:
    """All that did not hold."""
    judge_ = _Judge(trace)
    lost, doubled, overwritten = list(judge_.lost()), list(judge_.doubled()), list(judge_.overwritten())
    words = (
        [f"lost: {each}" for each in lost]
        + [f"doubled: {each}" for each in doubled]
        + [f"overwritten: {each}" for each in overwritten]
        + [f"crashed: {each}" for each in trace.crashes]
        + [f"wrong: {each}" for each in trace.wrong]
    )
    return Tally(
        len(lost), len(doubled), len(overwritten), len(trace.crashes), len(trace.wrong), words=tuple(words)
    )


def same(field: str, one: Any, other: Any) -> bool:
    """Whether both are the same answer to ``field``; a chosen file is known by its name."""
    return same_value(_named(one), _named(other), number=field in _NUMBERS)


class _Judge:
    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._by_field: dict[tuple[str, str], list[Effect]] = defaultdict(list)
        self._by_task: dict[str, list[Effect]] = defaultdict(list)
        for effect in trace.effects:
            self._by_task[effect.task].append(effect)
            if effect.kind == "answer":
                self._by_field[effect.task, effect.field].append(effect)
        self._delivery: dict[int, Delivery] = {one.number: one for one in trace.deliveries}

    # -- lost -------------------------------------------------------------------------------------------

    def lost(self) -> Iterator[str]:
        """What was told to be saved, or accepted, and is nowhere."""
        last: dict[tuple[str, str, str], list[Saved]] = defaultdict(list)
        for saved in self._trace.saved:
            possible = last[saved.author, saved.task, saved.field]
            if saved.told:
                possible.clear()
            possible.append(saved)
        for possible in last.values():
            found = [list(self._missing(saved, saved.edit)) for saved in possible if saved.edit is not None]
            if possible[0].told and len(found) == len(possible) and all(found):
                yield from found[0]
        taken: dict[str, Promise] = {}
        for promise in self._trace.promises.values():
            yield from self._unkept(promise)
            if promise.accepted_after is None:
                continue
            yield from self._untrue(promise, promise.accepted_after)
            if promise.request.slot is Slot.CREATE and promise.receipt is not None:
                if promise.receipt.key_id in taken and not self._trace.wiped:
                    yield f"two creations became execution {promise.receipt.key_id}"
                taken[promise.receipt.key_id] = promise

    def _missing(self, saved: Saved, edit: FieldEdit) -> Iterator[str]:
        holdings = [held for held in self._trace.holdings if held.author == saved.author]
        place = f"{saved.author}: execution {saved.task}, {saved.field}"
        unread = edit.value is None and edit.text.strip() and not no_answer(edit.base)
        if unread or (no_answer(edit.value) and edit.text.strip()):
            if not any(draft.text == edit.text for draft in _drafts(holdings, saved)):
                yield f"{place}: typed {edit.text!r}"
            return
        if not same(saved.field, edit.value, edit.base) and not self._has_value(saved, edit.value, holdings):
            yield f"{place}: {edit.value!r}"
        if edit.note != edit.base_note and not self._has_note(saved, edit.note, holdings):
            yield f"{place}: note {edit.note!r}"

    def _has_value(self, saved: Saved, value: Any, holdings: list[Holding]) -> bool:
        field = saved.field
        if any(same(field, draft.value, value) for draft in _drafts(holdings, saved)):
            return True
        for entry in _open_entries(holdings, saved.task):
            if field in entry.request.values and same(field, entry.request.values[field], value):
                return True
        now = self._trace.answers.get(saved.task, {}).get(field, (None, ""))[0]
        ours = [one for one in self._by_field[saved.task, field] if self._author(one) == saved.author]
        if same(field, now, value) or bool(ours and same(field, ours[-1].new, value)):
            return True
        # A colleague gave the same answer first: it was called accepted, and that is looked at on its own.
        taken = [one for one in self._taken(saved.author, saved.task) if field in one.values]
        return bool(taken and same(field, taken[-1].values[field], value))

    def _taken(self, author: str, task: str, *, since: int = 0) -> list[Request]:
        """What of the author's was called accepted when there were at least ``since`` effects, oldest first."""
        return [
            promise.accepted or promise.request
            for promise in self._trace.promises.values()
            if promise.author == author
            and promise.request.key_id == task
            and promise.accepted_after is not None
            and promise.accepted_after >= since
        ]

    def _has_note(self, saved: Saved, note: str, holdings: list[Holding]) -> bool:
        field = saved.field
        if any(draft.note == note for draft in _drafts(holdings, saved)):
            return True
        if any(entry.request.notes.get(field) == note for entry in _open_entries(holdings, saved.task)):
            return True
        now = self._trace.answers.get(saved.task, {}).get(field, (None, ""))[1]
        ours = [one for one in self._by_field[saved.task, field] if self._author(one) == saved.author]
        return same_value(now, note) or any(same_value(one.new_note, note) for one in ours[-1:])

    def _unkept(self, promise: Promise) -> Iterator[str]:
        """Handed over and kept: it must be in the outbox, in whatever state."""
        if not promise.kept:
            return
        key = promise.request.idempotency_key
        held = [one for one in self._trace.holdings if one.author == promise.author]
        if not any(entry.id == key for one in held for entry in one.entries):
            yield f"{promise.author}: {promise.request.slot} of {promise.request.key_id} is not in the outbox"

    def _untrue(self, promise: Promise, known: int) -> Iterator[str]:
        """ "Accepted by the server", but the server never did it."""
        request = promise.accepted or promise.request
        task = promise.receipt.key_id if promise.receipt is not None else request.key_id
        place = f"{promise.author}: {request.slot} of execution {task} was called accepted"
        done = [effect for effect in self._by_task[task] if effect.number <= known]
        for field, value in request.values.items():
            if not any(one.field == field and same(field, one.new, value) for one in done):
                yield f"{place}, but {field} was never {value!r}"
        for field, note in request.notes.items():
            if not any(one.field == field and same_value(one.new_note, note) for one in done):
                yield f"{place}, but the note of {field} was never {note!r}"
        wanted = _STATUS.get(request.slot)
        if wanted and not any(one.kind == "status" and one.new in wanted for one in done):
            yield f"{place}, but it was never {wanted[0]}"
        if request.slot is Slot.STATUS:
            asked = request.inputs.get("task_status_id")
            words = [str(one.new).removesuffix("_delayed") for one in done if one.kind == "status"]
            if asked not in [_FIRST_STATUS, *words]:
                yield f"{place}, but it was never {asked}"
        if request.slot is Slot.RESET and not any(one.kind == "status" for one in done):
            yield f"{place}, but its status was never set"
        if request.slot is Slot.CREATE:
            moment = request.inputs.get("for_execution_date")
            if not any(one.kind == "created" and one.new_note == moment for one in done):
                yield f"{place}, but it was never made"

    # -- doubled ----------------------------------------------------------------------------------------

    def doubled(self) -> Iterator[str]:
        """Requests that had their effect more than once. What a backup took back may be done once more."""
        counts: dict[tuple[str, str, int], int] = defaultdict(int)
        for effect in self._trace.effects:
            delivery = self._delivery.get(effect.by)
            if delivery is None:
                continue
            kind = "finished" if effect.finishes else effect.kind
            gone = sum(first < effect.number <= last for first, last in self._trace.wiped)
            counts[delivery.key, kind, gone] += 1
        for (key, kind, _), count in counts.items():
            promise = self._trace.promises.get(key)
            allowed = 1 if kind in ("finished", "created") else promise.uploads if promise is not None else 1
            if kind in ("finished", "created", "file") and count > allowed:
                about = f"{promise.author}, execution {promise.request.key_id}" if promise is not None else key
                yield f"{about}: {kind} {count} times"

    # -- overwritten ------------------------------------------------------------------------------------

    def overwritten(self) -> Iterator[str]:
        """Somebody else's answer that was replaced by a person who had not seen it, though it could be known."""
        for effects in self._by_field.values():
            for place, effect in enumerate(effects):
                delivery = self._delivery.get(effect.by)
                promise = self._trace.promises.get(delivery.key) if delivery is not None else None
                if place == 0 or delivery is None or promise is None:
                    continue
                before = effects[:place]
                yield from self._replaced(effect, before, delivery, promise)

    def _replaced(
        self, effect: Effect, before: list[Effect], delivery: Delivery, promise: Promise
    ) -> Iterator[str]:
        request, field = promise.request, effect.field
        place = f"execution {effect.task}, {field}: {promise.author} replaced"
        source = _source(
            before, lambda one: same(field, one.new, effect.old) and not same(field, one.old, one.new)
        )
        if (
            field in request.values
            and not no_answer(effect.old)
            and not same(field, effect.old, effect.new)
            and not same(field, effect.old, request.base.get(field))
            and self._strange(source, promise.author, delivery.known)
            and not self._said_too(promise.author, source, before)
            and not self._was_seen(promise.author, effect, delivery, value=True)
        ):
            yield f"{place} {effect.old!r} by {effect.new!r}"
        noted = _source(before, lambda one: one.new_note == effect.old_note != one.old_note)
        if (
            field in request.notes
            and effect.old_note
            and effect.old_note not in (effect.new_note, request.base_notes.get(field, ""))
            and self._strange(noted, promise.author, delivery.known)
            and not self._was_seen(promise.author, effect, delivery, value=False)
        ):
            yield f"{place} the note {effect.old_note!r} by {effect.new_note!r}"

    def _strange(self, source: Effect | None, author: str, known: int) -> bool:
        return source is not None and source.number <= known and self._author(source) != author

    def _said_too(self, author: str, source: Effect | None, before: list[Effect]) -> bool:
        """The author gave the same answer after the other one, and now puts right what is their own, too."""
        if source is None:
            return False
        field, answer = source.field, source.new
        return any(
            one.number > source.number and self._author(one) == author and same(field, one.new, answer)
            for one in before
        ) or any(
            field in one.values and same(field, one.values[field], answer)
            for one in self._taken(author, source.task, since=source.number)
        )

    def _was_seen(self, author: str, effect: Effect, delivery: Delivery, *, value: bool) -> bool:
        return any(
            seen.author == author
            and (seen.task, seen.field) == (effect.task, effect.field)
            and (same(effect.field, seen.value, effect.old) if value else seen.note == effect.old_note)
            for seen in self._trace.seen
            if seen.after < effect.number
        )

    def _author(self, effect: Effect) -> str:
        delivery = self._delivery.get(effect.by)
        promise = self._trace.promises.get(delivery.key) if delivery is not None else None
        return promise.author if promise is not None else "somebody"


def _source(before: list[Effect], test: Any) -> Effect | None:
    return next((one for one in reversed(before) if test(one)), None)


def _drafts(holdings: list[Holding], saved: Saved) -> Iterator[FieldEdit]:
    place = (saved.task, saved.field)
    return (held.drafts[place] for held in holdings if place in held.drafts)


def _open_entries(holdings: list[Holding], task: str) -> Iterator[Entry]:
    for held in holdings:
        for entry in held.entries:
            if entry.state in OPEN_STATES and entry.request.key_id == task:
                yield entry


def _named(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"path"}:
        return str(value["path"]).rpartition("/")[2]
    if isinstance(value, str) and value.startswith("/files/"):
        return value.rpartition("/")[2]
    return value
