within-moment = 1分以内
within-minutes = { $count }分後
within-hours = { $count }時間後
within-days = { $count }日後
