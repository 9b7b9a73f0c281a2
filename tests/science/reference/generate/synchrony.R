# Windowed lagged cross-correlation, by its definition: one cor() for every window and lag.
source("shared.R")
set.seed(20261125)

# Four simulated dyads: one follows the other; movement with long stillness in it; another rate,
# with a length that no window divides; and one series that is the other, stretched.
moving <- function(n, width) as.numeric(stats::filter(rnorm(n + width), rep(1, width)))[1:n + width %/% 2]
dyad <- function(set, a, b) data.frame(set = set, a = round(a, 4), b = round(b, 4))
common <- moving(1600, 20)
lagged <- dyad("lagged", common[31:1530] + rnorm(1500), common[1:1500] + rnorm(1500))
active <- rep(c(1, 0, 1, 0, 1), c(400, 300, 250, 50, 500))
still <- dyad("still", abs(moving(1500, 12)) * active, abs(moving(1500, 12)))
odd <- dyad("odd rate", moving(703, 9) * 50 + 1000, moving(703, 5))
same <- dyad("same", moving(1000, 15), 0)
same$b <- round(2 * same$a + 1, 4)
data <- rbind(lagged, still, odd, same)
data$a <- ifelse(data$set == "still" & data$a == 0, 0, data$a)
write.csv(data, here("data", "movement.csv"), row.names = FALSE, quote = FALSE)
data <- read.csv(here("data", "movement.csv"))

smooth_correctly <- function(x, hz) {
  half <- round((0.5 * hz - 1) / 2)
  sapply(seq_along(x), function(t) mean(x[max(1, t - half):min(length(x), t + half)]))
}
smooth_compatibly <- function(x, hz) {
  width <- 0.5 * hz
  sapply(seq_along(x), function(t) {
    i <- floor(seq(max(1, t - (width - 1) / 2), t + (width - 1) / 2))
    if (max(i) > length(x)) 0 else sum(x[i]) / width
  })
}
prepare <- function(x, hz, compatible) {
  if (compatible) {
    x <- smooth_compatibly(x, hz)
    x / sd(x)
  } else {
    x <- smooth_correctly(x, hz)
    (x - mean(x)) / sd(x)
  }
}

z_of <- function(r) pmin(pmax(atanh(pmin(pmax(r, -1), 1)), -10), 10)
# One window's z at every lag; NULL where either stands still at one of them.
z_of_windows <- function(a, b, start_a, start_b, win, lag, floor_a, floor_b) {
  still <- function(x, at, least) mean((x[at] - mean(x[at]))^2) <= least
  cells <- sapply(-lag:lag, function(l) {
    at_a <- start_a + max(0, -l) + 1:win
    at_b <- start_b + max(0, l) + 1:win
    if (still(a, at_a, floor_a) || still(b, at_b, floor_b)) NA else cor(a[at_a], b[at_b])
  })
  if (anyNA(cells)) NULL else z_of(cells)
}
synchrony <- function(set, hz, window_s, step_s, lag_s, compatible) {
  a <- prepare(data$a[data$set == set], hz, compatible)
  b <- prepare(data$b[data$set == set], hz, compatible)
  win <- window_s * hz
  step <- step_s * hz
  lag <- lag_s * hz
  n <- ceiling((length(a) - win - lag + 1) / step)
  least <- function(x) 1e-9 * mean((x - mean(x))^2)
  rows <- lapply(seq_len(n) - 1, function(i) {
    z_of_windows(a, b, i * step, i * step, win, lag, least(a), least(b))
  })
  used <- !sapply(rows, is.null)
  by_lag <- colMeans(abs(do.call(rbind, rows[used])))
  middle <- lag + 1
  list(
    grand_mean = mean(by_lag), a_leads = mean(by_lag[(middle + 1):(2 * lag + 1)]),
    b_leads = mean(by_lag[1:lag]), at_zero = by_lag[middle],
    peak_lag_s = (which.max(by_lag) - middle) / hz,
    left_out = sum(!used), starts_s = as.list((which(used) - 1) * step / hz),
    by_lag = as.list(by_lag), last_window = as.list(rows[used][[sum(used)]])
  )
}
segments <- function(set, hz, segment_s, lag_s) {
  a <- data$a[data$set == set]
  b <- data$b[data$set == set]
  size <- segment_s * hz
  lag <- lag_s * hz
  k <- length(a) %/% size
  cut <- function(x) lapply(seq_len(k) - 1, function(i) x[i * size + 1:size])
  moves <- sapply(cut(a), sd) > 0 & sapply(cut(b), sd) > 0
  of_a <- cut(a)[moves]
  of_b <- cut(b)[moves]
  pairs <- sapply(of_b, function(y) sapply(of_a, function(x) {
    mean(abs(z_of(ccf(y, x, lag.max = lag, plot = FALSE)$acf)))
  }))
  apart <- pairs[row(pairs) != col(pairs)]
  list(
    z = mean(diag(pairs)), surrogate_z = mean(apart), surrogate_sd = sd(apart),
    effect_size = (mean(diag(pairs)) - mean(apart)) / sd(apart), left_out = sum(!moves)
  )
}

call <- function(name, f, arguments, ...) {
  list(call = name, arguments = arguments, value = do.call(f, arguments), ...)
}
dyads <- list(
  list(set = "lagged", hz = 25, window_s = 16, step_s = 8, lag_s = 2),
  list(set = "still", hz = 25, window_s = 8, step_s = 4, lag_s = 1),
  list(set = "odd rate", hz = 12, window_s = 10, step_s = 7, lag_s = 1.5),
  list(set = "same", hz = 25, window_s = 10, step_s = 10, lag_s = 1)
)
cases <- list()
for (dyad in dyads) {
  for (compatible in c(FALSE, TRUE)) {
    cases <- c(cases, list(call("synchrony", synchrony, c(dyad, compatible = compatible))))
  }
}
for (hz in c(10, 12, 25, 30)) {
  for (compatible in c(FALSE, TRUE)) {
    x <- data$a[1:40]
    cases <- c(cases, list(list(
      call = "prepare", arguments = list(series = as.list(x), hz = hz, compatible = compatible),
      value = as.list(prepare(x, hz, compatible))
    )))
  }
}
for (of in list(
  list(set = "lagged", hz = 25, segment_s = 10, lag_s = 2),
  list(set = "still", hz = 25, segment_s = 5, lag_s = 1),
  list(set = "odd rate", hz = 12, segment_s = 6, lag_s = 1.5)
)) {
  cases <- c(cases, list(call("segment_synchrony", segments, of)))
}
write_expected("synchrony", "movement.csv", cases)
