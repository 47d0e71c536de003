"""How one candidate is trained."""

from typing import Literal

from pydantic import Field, field_validator

from vilfredo.settings import Settings

Schedule = Literal["cosine-restart", "cosine"]
DeviceChoice = Literal["auto", "cpu", "cuda"]
Precision = Literal["float32", "bfloat16"]
Score = Literal["accuracy", "balanced_accuracy", "macro_f1", "nll"]
PrecisionChoice = Literal["auto", "float32", "bfloat16"]


class TrainingSettings(Settings):
    """Training of a candidate; the defaults are those of the paper's search on images (Table 3)."""

    epochs: int = Field(default=21, ge=1)
    """E. 3 + 6 + 12 makes three whole periods of the cosine restart."""
    batch_size: int = Field(default=128, ge=2)
    """Samples per step; two at least, for batch norm has no variance over one."""
    least_batches: int = Field(default=0, ge=0)
    """Where the training part is too small for so many steps per epoch, `batch_size` is lowered to the largest
    multiple of 16, 32 at least, that allows them (POPNASv3, section 4.4.1: 10); 0 for never."""
    learning_rate: float = Field(default=0.01, gt=0, le=10)
    """Of AdamW, at the start of each period."""
    weight_decay: float = Field(default=5e-4, ge=0, lt=1)
    """Share of each weight taken off per step at full learning rate. Decoupled and scheduled as in the paper;
    AdamW as PyTorch spells it, which multiplies by the learning rate, would call it 0.05."""
    schedule: Schedule = "cosine-restart"
    """Of learning rate and weight decay: ``cosine-restart`` for the search, ``cosine`` for long trainings."""
    first_period: int = Field(default=3, ge=1)
    """Epochs until the first restart; each further period is twice as long."""
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    drop_path: float = Field(default=0.0, ge=0, lt=1)
    """Rate reached at the last step of scheduled drop path, which grows linearly from zero."""
    secondary_exit: float = Field(default=0.0, ge=0, lt=1)
    """Weight of the loss of a secondary exit at two thirds of the network (section 4.1: 0.25, beside 0.75 for the main
    one); 0 for none. The score is that of the better exit."""
    translation: float = Field(default=0.125, ge=0, le=0.5)
    """Largest random shift of an image, as a fraction of its sides."""
    horizontal_flip: bool = False
    """Mirror half of the images; not where that changes the class, as with digits."""
    cutout: int = Field(default=0, ge=0)
    """Side of the square blanked in each image, in pixels; 0 for none."""
    batch_norm_momentum: float = Field(default=0.01, gt=0, le=1)
    """Weight of the newest batch in the running statistics (Keras' 0.99). Raised to 2 / steps per epoch where
    epochs are short: otherwise the few steps of a small data set would be judged on the initial values."""
    validation_fraction: float = Field(default=0.1, gt=0, lt=1)
    """Of the training samples, stratified by class."""
    least_validation_samples: int = Field(default=0, ge=0)
    """Where `validation_fraction` gives fewer, the validation part is enlarged to so many (POPNASv3, section 4.4.1:
    60), up to a third of the samples; 0 for never."""
    score: Score = "accuracy"
    """Which validation score picks the best epoch, and the best networks: what the search is for. ``log_loss`` is
    another name for ``nll``."""
    time_limit: float | None = Field(default=None, gt=0)
    """Seconds of wall-clock after which a training is given up as failed; None for no limit."""
    threads: int = Field(default=1, ge=1, le=1024)
    """CPU threads per training. More than one gains little on small networks, and where a neighbour keeps a core busy
    it costs a factor of ten: threads wait for each other at every operation."""
    device: DeviceChoice = "auto"
    """``auto`` takes the GPU where there is one."""
    precision: PrecisionChoice = "float32"
    """Number format of the convolutions; weights, batch norms and loss stay in float32 (mixed precision). ``auto`` lets
    a trial on the device choose before a search begins, and is ``float32`` wherever nothing was tried."""

    @field_validator("score", mode="before")
    @classmethod
    def _spelled(cls, score: object) -> object:
        spelling = score.replace("-", "_") if isinstance(score, str) else score
        return "nll" if spelling == "log_loss" else spelling
