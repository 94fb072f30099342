"""The local servers, and Python 3.13.

python -m deploy.stack up | down | env | python | exec -- COMMAND … | tests -- COMMAND …
"""

from __future__ import annotations

import sys

from deploy.stack import choice, python
from deploy.stack.root import StackError


def main(arguments: list[str]) -> int:
    """Do what the words say; 2 for words it does not know."""
    try:
        match arguments:
            case ["up"]:
                choice.up()
            case ["down"]:
                choice.down()
            case ["env"]:
                for name, value in choice.up().items():
                    print(f"export {name}='{value}'")
            case ["python"]:
                print(python.ensure(choice.STACK))
            case ["tests", "--", *command] if command:
                return choice.execute(command, for_tests=True)
            case ["exec", "--", *command] if command:
                return choice.execute(command)
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except StackError as trouble:
        print(f"stack: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
