"""The whole training step as one CUDA graph: the kernels of a small network are shorter than their launches."""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn

from vilfredo.training.data import TrainingData
from vilfredo.training.settings import TrainingSettings
from vilfredo.training.step import TrainingStep, place

_WARM_UP_STEPS = 3

Record = Callable[[Callable[[], None], Callable[[], None]], Callable[[], None]]


def make_step(network: nn.Module, data: TrainingData, settings: TrainingSettings) -> TrainingStep:
    """Place `network` beside `data` and make the step that trains it; on a GPU it is captured.

    The network is left in training mode, in which it is to be used. What cannot be captured runs operation by
    operation, and the step's remark says why.
    """
    place(network, data, settings)
    network.train()
    step = TrainingStep(network, settings, data.device)
    step.set_rates(1.0, settings.drop_path)
    if data.device.type == "cuda":
        size = min(settings.batch_size, len(data.y_train))
        step.remark = capture(step, data.x_train[:size], data.y_train[:size])
    return step


def capture(step: TrainingStep, x: Tensor, y: Tensor, record: Record | None = None) -> str:
    """Have `step` replay a graph for batches of the size of `x` and `y`.

    Weights, buffers, optimizer and generators are as before afterwards.

    Parameters
    ----------
    x, y
        A batch to warm up with, shapes (n, c, h, w) and (n,).
    record
        Given a function to record and one that forgets its gradients, makes the function that replays it.

    Returns
    -------
    Why that was not possible; empty where it was.
    """
    inputs = x.clone(), y.clone()
    before = {name: value.clone() for name, value in step.network.state_dict().items()}
    loss_sum = step.loss_sum.clone()
    remark = ""
    try:
        replay = (record or _record)(lambda: step.run(*inputs), step.optimizer.zero_grad)
        step.use_graph(*inputs, replay)
    except Exception as error:
        remark = _reason(error)
        step.optimizer.zero_grad()
    step.network.load_state_dict(before)
    step.optimizer.reset()
    step.loss_sum.copy_(loss_sum)
    return remark


def _reason(error: Exception) -> str:
    """Say what failed.

    Not in a name of `capture`: through its frame, an error kept there would keep itself and the failed step's tensors.
    """
    # The end of a capture fails in its own words when something in it has failed before.
    cause = error.__context__ or error
    return " ".join(f"{type(cause).__name__}: {cause}".split())[:300]


@cache
def _side_stream(device: int) -> torch.cuda.Stream:
    """Return the stream for all captures of this process on a GPU.

    cuBLAS keeps a workspace for each stream that it has seen (64 MiB on an H100), graphs or not.
    """
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


def _record(run: Callable[[], None], forget: Callable[[], None]) -> Callable[[], None]:
    """Capture as PyTorch's notes on CUDA graphs say: warmed up on a side stream, gradients in the graph's memory."""
    device = torch.cuda.current_device()
    generator = torch.cuda.default_generators[device]
    state, spare = generator.get_state(), generator.clone_state()
    graph, stream = torch.cuda.CUDAGraph(), _side_stream(device)
    main = torch.cuda.current_stream()
    try:
        stream.wait_stream(main)
        # Around the capture too: one that fails does not leave its stream by itself.
        with torch.cuda.stream(stream):
            for _ in range(_WARM_UP_STEPS):
                forget()
                run()
            forget()
            with torch.cuda.graph(graph, stream=stream):
                run()
        main.wait_stream(stream)
    except Exception:
        # A generator that was part of a failed capture refuses to draw.
        generator.graphsafe_set_state(spare)
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        raise
    generator.set_state(state)
    return graph.replay
