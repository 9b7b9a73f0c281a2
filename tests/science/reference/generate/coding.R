# Agreement of coders: kappa and ICC(A,1) by psych; Fleiss and Krippendorff written out. So is the
# standard error of weighted kappa, by a numeric derivative: psych 2.2.9 adds up the rows' margins
# where Fleiss, Cohen and Everitt (1969) weight by them.
source("shared.R")
suppressMessages(library(psych))
set.seed(20261125)

# Four coders on a scale 0 to 4 with gaps.
true <- sample(0:4, 60, TRUE, c(2, 3, 4, 3, 1))
gaps <- data.frame(sapply(c(a = .4, b = .6, c = .8, d = 1), function(s) {
  x <- pmin(4, pmax(0, round(true + rnorm(60, 0, s))))
  x[runif(60) < .12] <- NA
  x
}))
# Three coders and a category that nearly everything falls into.
true <- sample(c("repair", "rupture", "none"), 80, TRUE, c(1, 2, 17))
rare <- data.frame(sapply(c(x = .05, y = .1, z = .15), function(wrong) {
  ifelse(runif(80) < wrong, sample(c("repair", "rupture", "none"), 80, TRUE), true)
}))
# Two coders who differ once; nobody used the category 3.
edge <- data.frame(
  p = c(0, 1, 1, 2, 2, 2, 4, 4, 0, 1, 2, 4), q = c(0, 1, 1, 2, 2, 2, 4, 4, 0, 1, 2, 2)
)
sets <- list(coding_gaps = gaps, coding_rare = rare, coding_edge = edge)

shares <- function(w, p) c(sum(w * p), sum(w * outer(rowSums(p), colSums(p))))
delta_se <- function(w, p, n) { # multinomial delta method, central differences
  kappa <- function(p) (shares(w, p)[1] - shares(w, p)[2]) / (sum(p)^2 - shares(w, p)[2])
  h <- 1e-4
  slope <- function(i, h) (kappa(replace(p, i, p[i] + h)) - kappa(replace(p, i, p[i] - h))) / (2 * h)
  g <- sapply(seq_along(p), function(i) (4 * slope(i, h / 2) - slope(i, h)) / 3)
  sqrt((sum(p * g^2) - sum(p * g)^2) / n)
}
cohen <- function(d, weights) {
  both <- d[complete.cases(d), ]
  levels <- sort(unique(unlist(d)))
  x <- if (is.numeric(levels)) levels else seq_along(levels)
  far <- abs(outer(x, x, "-"))
  w <- switch(weights, none = diag(length(x)), linear = 1 - far / max(far),
              quadratic = 1 - (far / max(far))^2)
  p <- prop.table(table(factor(both[[1]], levels), factor(both[[2]], levels)))
  fit <- suppressWarnings(cohen.kappa(unclass(p), w = w, n.obs = nrow(both)))
  k <- if (weights == "none") fit$kappa else fit$weighted.kappa
  se <- if (weights == "none") sqrt(fit$var.kappa) else delta_se(w, p, nrow(both))
  list(
    kappa = k, se = se, low = k - qnorm(.975) * se, high = min(1, k + qnorm(.975) * se),
    observed = shares(w, p)[1], expected = shares(w, p)[2],
    units = nrow(both), coders = 2L, left_out = nrow(d) - nrow(both)
  )
}

fleiss <- function(d) {
  whole <- d[complete.cases(d), ]
  n <- nrow(whole)
  m <- ncol(whole)
  levels <- sort(unique(unlist(d)))
  counts <- t(apply(whole, 1, function(row) sapply(levels, function(l) sum(row == l))))
  p_unit <- apply(counts, 1, function(x) sum(x * (x - 1)) / (m * (m - 1)))
  p_cat <- colSums(counts) / (n * m)
  pe <- sum(p_cat^2)
  k <- (mean(p_unit) - pe) / (1 - pe)
  # The linearised coefficient: what one unit adds by its agreement and by the shares it moves.
  one <- sapply(seq_len(n), function(i) {
    (p_unit[i] - pe) / (1 - pe) - 2 * (1 - k) * (sum(p_cat * counts[i, ] / m) - pe) / (1 - pe)
  })
  se <- sqrt(sum((one - k)^2) / (n * (n - 1)))
  reach <- qt(.975, n - 1) * se
  list(
    kappa = k, se = se, low = k - reach, high = min(1, k + reach), observed = mean(p_unit),
    expected = pe, units = n, coders = m, left_out = nrow(d) - n
  )
}

alpha <- function(d, scale) {
  paired <- d[rowSums(!is.na(d)) >= 2, ]
  all <- na.omit(unlist(paired))
  apart <- switch(scale,
    nominal = function(a, b) as.numeric(a != b),
    interval = function(a, b) (a - b)^2,
    ratio = function(a, b) if (a + b == 0) 0 else ((a - b) / (a + b))^2,
    ordinal = function(a, b) {
      between <- all >= min(a, b) & all <= max(a, b)
      if (a == b) 0 else (sum(between) - (sum(all == a) + sum(all == b)) / 2)^2
    }
  )
  over <- function(x) { # all ordered pairs of different ratings
    sum(sapply(seq_along(x), function(i) sum(sapply(x[-i], apart, x[i]))))
  }
  observed <- sum(apply(paired, 1, function(row) over(na.omit(row)) / (sum(!is.na(row)) - 1)))
  n <- length(all)
  expected <- over(all) / (n * (n - 1))
  list(
    alpha = 1 - observed / n / expected, low = NA, high = NA, observed = observed / n,
    expected = expected, units = nrow(paired), ratings = n, coders = ncol(d),
    left_out = nrow(d) - nrow(paired), draws = 0L
  )
}

absolute <- function(d) {
  whole <- d[complete.cases(d), ]
  r <- ICC(whole, lmer = FALSE)$results["Single_random_raters", ]
  list(
    coefficient = r$ICC, low = r[["lower bound"]], high = r[["upper bound"]],
    n = nrow(whole), k = ncol(whole), left_out = nrow(d) - nrow(whole)
  )
}

for (name in names(sets)) {
  d <- sets[[name]]
  write.csv(d, here("data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
  two <- names(d)[1:2]
  case <- function(call, value, ...) list(call = call, arguments = list(...), value = value)
  cases <- list(
    case("cohen_kappa", cohen(d[two], "none"), coders = two),
    case("fleiss_kappa", fleiss(d), coders = names(d)),
    case("krippendorff_alpha", alpha(d, "nominal"), coders = names(d), scale = "nominal")
  )
  if (is.numeric(d[[1]])) {
    for (weights in c("linear", "quadratic")) {
      value <- cohen(d[two], weights)
      cases <- c(cases, list(case("weighted_kappa", value, coders = two, weights = weights)))
    }
    for (scale in c("ordinal", "interval", "ratio")) {
      value <- alpha(d, scale)
      cases <- c(cases, list(case("krippendorff_alpha", value, coders = names(d), scale = scale)))
    }
    cases <- c(cases, list(case("icc", absolute(d), raters = names(d), form = "A,1")))
  }
  write_expected(name, paste0(name, ".csv"), cases, "psych", generator = "coding")
}
