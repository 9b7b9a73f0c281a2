# Reliable change, cut-offs and classes after Jacobson and Truax (1991).
source("shared.R")
pairs <- read.csv(here("data", "pairs.csv"))

sem <- function(sd, r) sd * sqrt(1 - r)
cases <- list()
for (i in seq_len(nrow(pairs))) {
  p <- pairs[i, ]
  s_diff <- sqrt(2 * sem(p$sd, p$reliability)^2)
  rci <- (p$last - p$first) / s_diff
  better <- if (p$higher_is_better) rci else -rci
  verdict <- if (abs(rci) <= p$critical) "unchanged" else if (better > 0) "improved" else "worsened"
  side <- if (p$functional_mean > p$clinical_mean) 1 else -1
  a <- p$clinical_mean + side * 2 * p$clinical_sd
  b <- p$functional_mean - side * 2 * p$functional_sd
  # c is where both populations lie equally many standard deviations away.
  c <- weighted.mean(c(p$clinical_mean, p$functional_mean), c(p$functional_sd, p$clinical_sd))
  ill <- function(x) if (p$higher_is_better) x <= c else x >= c
  class <- if (verdict == "improved" && ill(p$first) && !ill(p$last)) "recovered" else verdict
  cases <- c(cases, list(
    list(
      call = "reliable_change",
      arguments = list(
        first = p$first, last = p$last, sd = p$sd, reliability = p$reliability,
        higher_is_better = p$higher_is_better, critical = p$critical
      ),
      value = list(rci = rci, s_diff = s_diff, threshold = p$critical * s_diff, verdict = verdict)
    ),
    list(
      call = "cut_offs",
      arguments = list(
        clinical_mean = p$clinical_mean, clinical_sd = p$clinical_sd,
        functional_mean = p$functional_mean, functional_sd = p$functional_sd
      ),
      value = list(a = a, b = b, c = c)
    ),
    list(
      call = "classify",
      arguments = list(
        first = p$first, last = p$last, reliable = verdict, cutoff = c,
        higher_is_better = p$higher_is_better
      ),
      value = class
    )
  ))
}
write_expected("change", "pairs.csv", cases)
