"""What TensorBoard has beyond the contract: texts, and the table of all networks."""

from pathlib import Path

import pytest

from vilfredo.trackers.backends.tensorboard import TensorBoard
from vilfredo.trackers.tracker import SEARCH, Closing

pytestmark = pytest.mark.skipif(bool(TensorBoard.missing()), reason=f"needs {TensorBoard.missing()}")


def test_texts_and_rows(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    tracker = TensorBoard.open(tmp_path, "x")
    for _ in range(2):
        tracker.begin(SEARCH, {"seed": 3})
        tracker.end(SEARCH, Closing("stopped", {}, "# The front"))
    tracker.begin("network-0001", {"architecture": "[]", "step": 0})
    tracker.end("network-0001", Closing("finished", {"result/accuracy": 0.5}))
    tracker.close()
    search = EventAccumulator(str(tmp_path / SEARCH)).Reload()
    (facts,) = search.Tensors("facts/text_summary")
    assert b"| seed | `3` |" in facts.tensor_proto.string_val[0]
    assert b"# The front" in search.Tensors("result/text_summary")[-1].tensor_proto.string_val[0]
    network = EventAccumulator(str(tmp_path / "network-0001")).Reload()
    assert "hparams" in network.summary_metadata["_hparams_/session_start_info"].plugin_data.plugin_name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["network-0001", SEARCH]
