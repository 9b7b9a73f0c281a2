# Scale scores by the published keys, typed here a second time and from the papers, not the TOML.
source("shared.R")
long <- read.csv(here("data", "forms.csv"))

scale <- function(items, how = sum, reverse = NULL, low = 0, high = 0, allowed = 0, times = 1) {
  list(items = items, how = how, reverse = reverse, turn = low + high, allowed = allowed, times = times)
}
keys <- list(
  phq9 = list(total = scale(1:9, allowed = 2)),
  gad7 = list(total = scale(1:7)),
  core10 = list(total = scale(1:10, reverse = c(2, 3), low = 0, high = 4, allowed = 1)),
  who5 = list(total = scale(1:5, times = 4)),
  swls = list(total = scale(1:5)),
  flourishing = list(total = scale(1:8)),
  sparq = list(positive_affect = scale(c(1, 6, 7, 8)), negative_affect = scale(2:5)),
  wai_sr = list(
    goal = scale(c(4, 6, 8, 11), mean), task = scale(c(1, 2, 10, 12), mean),
    bond = scale(c(3, 5, 7, 9), mean), alliance = scale(1:12, mean)
  ),
  haq2 = list(total = scale(1:19, reverse = c(4, 8, 11, 16, 19), low = 1, high = 6)),
  arm5 = list(total = scale(1:5, mean, reverse = 3, low = 1, high = 7)),
  care = list(total = scale(1:10, allowed = 2))
)

value_of <- function(x, key) {
  x[key$reverse] <- key$turn - x[key$reverse]
  x <- x[key$items]
  if (sum(is.na(x)) > key$allowed) return(NULL)
  x[is.na(x)] <- mean(x, na.rm = TRUE)
  key$times * key$how(x)
}

cases <- list()
for (form in split(long, list(long$measure, long$form), drop = TRUE)) {
  measure <- form$measure[1]
  answers <- setNames(as.list(form$answer), paste0(measure, "_", form$item))
  cases <- c(cases, list(list(
    call = "score", arguments = list(measure = measure, answers = answers),
    value = lapply(keys[[measure]], function(key) value_of(form$answer, key))
  )))
}
write_expected("scoring", "forms.csv", cases)
