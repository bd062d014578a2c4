"""datasketches: a vector of 25 KLL sketches, a block of rows at a time."""

import numpy as np
from datasketches import vector_of_kll_floats_sketches
from timing import answer, cpu, data

rows = data()["scoring"][:256]
wide = np.hstack((rows, rows[:, :5])).astype(np.float32)
sketches = vector_of_kll_floats_sketches(200, 25)
sketches.update(wide)
counted = [int(each) for each in sketches.get_n()]
answer(
    seconds={count: cpu(lambda count=count: sketches.update(wide[:count]), inner=200) for count in (1, 32, 256)},
    counted=counted,
)
