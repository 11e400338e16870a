"""The command line: imports what the command needs that was given, and runs it."""

import gc
import sys
from collections.abc import Callable

from config.settings import SettingsError
from embeddings.errors import WenbaoError


def main() -> None:
    """Run a command; a problem is one line on the error stream and exit code 1."""
    try:
        gc.disable()  # what is imported stays: looking for garbage in it is a twentieth of a start
        run = _imported()
        gc.freeze()
        gc.enable()
        run()
    except (WenbaoError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _imported() -> Callable[[], object]:
    if sys.argv[1:2] == ["ask"]:
        from bot import asking

        return lambda: asking.app(sys.argv[2:], prog_name="wenbao ask")
    from bot import commands  # half a second that a question need not wait for

    return commands.app
