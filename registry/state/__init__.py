"""What a node may lose at any time: running harvests, notices, dry runs that visitors asked for."""

from registry.state.board import Board
from registry.state.database import state_url as board_url
from registry.state.node_state import NodeState
from registry.state.run import PROJECT, QUEUE, Run

__all__ = ["PROJECT", "QUEUE", "Board", "NodeState", "Run", "board_url"]
