# When something will be. It stands within sentences such as "Try again in 5 minutes."
within-moment = in less than a minute
within-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
within-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
within-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
