"""Expected-course models for the tests, as a fit might have found them."""

from __future__ import annotations

from dataclasses import replace

from rapport.science.course_model import ExpectedCourseModel, FixedEffects, RandomEffects

MODEL = ExpectedCourseModel(
    fixed=FixedEffects(18.0, -2.5, 0.6, -0.08),
    random=RandomEffects(9.0, -2.0, 3.0),
    residual_sd=2.5,
    fixed_covariance=(
        (0.20, -0.06, 0.004, -0.001),
        (-0.06, 0.05, -0.001, 0.001),
        (0.004, -0.001, 0.006, -0.002),
        (-0.001, 0.001, -0.002, 0.001),
    ),
    intake_mean=20.0,
    intake_sd=6.0,
    clients=412,
    version="2026-11-01",
    data_hash="0" * 64,
)
# The same, its fixed effects known for sure.
CERTAIN = replace(MODEL, fixed_covariance=((0.0,) * 4,) * 4)
