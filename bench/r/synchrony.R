# The R peer of bench_synchrony.py: windowed lagged cross-correlation by its definition.
# Rscript synchrony.R MOVEMENT.csv HZ WINDOW_S STEP_S LAG_S; prepared series in columns a and b.
# Prints seconds and grand mean of: one cor() a cell; one cor() a window against a matrix of lags.
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1])
hz <- as.numeric(arguments[2])
win <- as.numeric(arguments[3]) * hz
step <- as.numeric(arguments[4]) * hz
lag <- as.numeric(arguments[5]) * hz
starts <- (seq_len(ceiling((nrow(data) - win - lag + 1) / step)) - 1) * step
z_of <- function(r) pmin(pmax(atanh(r), -10), 10)

by_cell <- function(a, b) {
  z <- sapply(starts, function(s) {
    z_of(sapply(-lag:lag, function(l) {
      cor(a[s + max(0, -l) + 1:win], b[s + max(0, l) + 1:win])
    }))
  })
  mean(abs(z))
}
by_window <- function(a, b) {
  z <- sapply(starts, function(s) {
    moved <- function(x) sapply(0:lag, function(l) x[s + l + 1:win])
    z_of(c(cor(b[s + 1:win], moved(a)[, -1]), cor(a[s + 1:win], moved(b))))
  })
  mean(abs(z))
}
for (f in list(by_cell, by_window)) {
  f(data$a, data$b) # compiled on the first two calls
  seconds <- sapply(1:5, function(i) system.time(f(data$a, data$b))[["elapsed"]])
  cat(min(seconds), median(seconds), format(f(data$a, data$b), digits = 15), "\n")
}
