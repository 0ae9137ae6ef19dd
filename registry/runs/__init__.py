"""The harvests that run now: who works, how far; and the operator's wish that one ends."""

from registry.runs.board import Board, board_url
from registry.runs.values import PROJECT, QUEUE, Run

__all__ = ["PROJECT", "QUEUE", "Board", "Run", "board_url"]
