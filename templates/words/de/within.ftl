within-moment = in weniger als einer Minute
within-minutes = { $count ->
    [one] in { $count } Minute
   *[other] in { $count } Minuten
}
within-hours = { $count ->
    [one] in { $count } Stunde
   *[other] in { $count } Stunden
}
within-days = { $count ->
    [one] in { $count } Tag
   *[other] in { $count } Tagen
}
