"""What the helpers of the main screen ask of each other, through the screen that has them all.

Only types are here: nothing of it is needed when the application runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui.model.execution import Key
from tui.ui.screens.seat import Seat, Shows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from tui.form.codec import Context
    from tui.form.edit import FieldEdit
    from tui.form.state import FormState
    from tui.model.action import Action, Slot
    from tui.model.execution import Record
    from tui.model.field import Field, Value
    from tui.model.message import Message
    from tui.ui.actions import Command
    from tui.ui.screens.benches import Benches
    from tui.ui.screens.days import Days
    from tui.ui.screens.outgoing import Outgoing
    from tui.ui.screens.pick import Option
    from tui.ui.screens.running import Running
    from tui.ui.screens.search import ChoiceSearch
    from tui.ui.screens.trees import Trees
    from tui.ui.screens.type_ahead import TypeAhead
    from tui.ui.widgets.execution_list import ExecutionList
    from tui.ui.workers import Work
    from tui.workbench.entry import Entry

Place = tuple[Key | None, str]
"""An action of an execution (``None``: of none yet): what was typed for it is kept under this."""


class Opens(Shows, Protocol):
    """Opens records, and keeps what is seen of them fresh; fulfilled by ``Opener``."""

    lists: ChoiceSearch
    tree: Trees

    def context(self) -> Context:
        """How what is typed is read."""

    def leave(self) -> None:
        """Back to where the record was opened."""

    def moved(self, changed: Collection[Key]) -> None:
        """These rows changed."""

    def open(self, key: Key | None) -> None:
        """Show it and give it the keys."""

    def read_again(self, key: Key) -> None:
        """Something happened to this record."""

    def say_accepted(self, key: Key, words: str) -> None:
        """The server has taken its answers."""

    def say_standing(self, key: Key) -> None:
        """Its answers may be elsewhere by now."""

    def tick(self, now: datetime) -> None:
        """Time has passed."""


class Asks(Protocol):
    """Opens the dialogs of actions; fulfilled by ``Asking``."""

    def ask(self, slot: Slot) -> None:
        """Ask what the action in ``slot`` needs; of chosen rows once for all."""

    def ask_about(self, slot: Slot, keys: Sequence[Key], rows: ExecutionList) -> None:
        """The same for rows that were chosen."""

    def ask_own(self, action_id: str) -> None:
        """Ask what an action needs that has no key."""

    def create(self, above: Key | None = None, again: Entry | None = None) -> None:
        """Begin a new task."""

    def create_part(self) -> None:
        """Begin a part of the task that is meant."""


class Begun(Protocol):
    """Keeps what is typed into dialogs until it is handed over; fulfilled by ``Acts``, like the next two."""

    begun: dict[Place, dict[str, FieldEdit]]

    def inputs(self, fields: tuple[Field, ...], begun: dict[str, FieldEdit] | None = None) -> FormState:
        """A form of an action's own fields."""

    def recent(self, action: Action) -> dict[str, list[str]]:
        """The last texts given to each input."""


class Sends(Begun, Protocol):
    """Hands over what a dialog asked for."""

    def done_already(self, outgoing: Outgoing) -> bool:
        """Say that it is done here and only waits for the server; ``True`` if so."""

    def go_on(self, record: Record) -> None:
        """To the next task that is open."""

    def runs_already(self, record: Record) -> bool:
        """Say that the server is still at work on it; ``True`` if so."""

    def submit(
        self, record: Record | None, action: Action, inputs: dict[str, Value], *, instead: Entry | None = None
    ) -> None:
        """Hand over; ``instead`` is taken back for it."""


class Acting(Begun, Protocol):
    """Does things with executions."""

    running: Running

    @property
    def dialogs(self) -> Asks: ...

    def review(self) -> None:
        """Every answer once more, then send them."""

    def save(self) -> None:
        """Send what has changed."""


class Words(Protocol):
    """What commands are called here; fulfilled by ``OwnActions``."""

    def help(self, command: Command) -> str:
        """What it is for."""

    def options(self) -> list[Option]:
        """What has no key, for a menu."""

    def word(self, command: Command) -> str:
        """Its name."""


class Lists(Protocol):
    """Does something with the list as a whole; fulfilled by ``Listing``."""

    def filter(self, text: str) -> None:
        """Show only what has ``text``."""

    def report(self) -> None:
        """The shift report."""


class Switches(Protocol):
    """Goes on as somebody else; fulfilled by ``Switching``."""

    @property
    def several(self) -> bool: ...

    def ask(self, leave: Callable[[], object] | None = None) -> None:
        """Ask as whom; ``leave`` leaves a board that stands before."""


class Runs(Protocol):
    """Knows the commands and runs them; fulfilled by ``Commands``."""

    @property
    def listing(self) -> Lists: ...
    @property
    def own(self) -> Words: ...
    @property
    def switching(self) -> Switches: ...

    def before_dialog(self, work: Work) -> None:
        """Read something and open a dialog, which gets the keys typed meanwhile."""

    def letter_works(self, command: Command) -> bool:
        """Whether its letter of the list works in this form."""

    def offered(self, command: Command) -> bool:
        """Whether there is such a thing here."""

    def palette(self) -> list[Command]:
        """All that can be run here."""

    def refuse(self, action: Action) -> bool:
        """Say why an action may not run; ``True`` when it may not."""

    def run(self, command_id: str) -> None:
        """Do it, now."""

    def show_refusal(self, entry: Entry) -> None:
        """Put the server's words on the open form."""

    def why_not(self, command: Command) -> Message | None:
        """Why it may not run now; ``None`` when it may."""

    def with_record(self, then: Callable[[Record], None], key: Key | None = None) -> None:
        """Read the record that is meant, then go on with it."""


class Unites(Protocol):
    """Shows all profiles at once; fulfilled by ``AllProfilesDoor``."""

    @property
    def active(self) -> bool: ...

    def close(self) -> None:
        """Forget the board."""

    def open(self) -> None:
        """Show the board."""

    def renew(self, profile: str) -> None:
        """This profile has another token."""

    def returns(self) -> bool:
        """Whether the way back leads to the board; then it is shown again."""

    def show_below(self, profile: str) -> bool:
        """Show this profile below the board; whether that is possible."""


class Crew(Seat, Protocol):
    """The screen with everybody who works on it; fulfilled by ``MainScreen``."""

    ahead: TypeAhead
    benches: Benches
    days: Days

    @property
    def acts(self) -> Acting: ...
    @property
    def all_profiles(self) -> Unites: ...
    @property
    def commands(self) -> Runs: ...
    @property
    def opener(self) -> Opens: ...
