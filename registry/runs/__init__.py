"""The harvests that run now: who works, how far; and the operator's wish that one ends."""

from registry.runs.board import Board, board_url
from registry.runs.values import QUEUE, Run

__all__ = ["QUEUE", "Board", "Run", "board_url"]
