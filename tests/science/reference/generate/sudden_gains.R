# Sudden gains after Tang and DeRubeis (1999), on series with gaps.
source("shared.R")
long <- read.csv(here("data", "series.csv"))

gains <- function(x, cutoff) {
  found <- list()
  for (t in seq_len(length(x) - 1)) {
    drop <- x[t] - x[t + 1]
    if (is.na(drop) || drop < cutoff || drop < 0.25 * x[t]) next
    pre <- na.omit(x[max(1, t - 2):t])
    post <- na.omit(x[(t + 1):min(length(x), t + 3)])
    n1 <- length(pre)
    n2 <- length(post)
    if (n1 < 2 || n2 < 2) next
    pooled <- sqrt(((n1 - 1) * var(pre) + (n2 - 1) * var(post)) / (n1 + n2 - 2))
    limit <- qt(0.975, n1 + n2 - 2) * pooled
    if (mean(pre) - mean(post) <= limit) next
    found <- c(found, list(list(
      at = t - 1, before = x[t], after = x[t + 1], gain = drop, share = drop / x[t],
      mean_gain = mean(pre) - mean(post), limit = limit, n_before = n1, n_after = n2
    )))
  }
  found
}

cases <- lapply(split(long$rating, long$series), function(x) list(
  call = "sudden_gains", arguments = list(ratings = as.list(x), cutoff = 5),
  value = gains(x, 5)
))
write_expected("sudden_gains", "series.csv", unname(cases))
