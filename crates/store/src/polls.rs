//! Notes the pace of the polls of a waiting grant, and judges polls that come at the same moment (requirements T-14 and T-15). A
//! power cut may lose the notes.

use crate::arg::args;
use crate::device_grant_row::PaceColumns;
use crate::statement::{assign, hold, statements};
use crate::{Db, StoreError, failpoints};
use protocol::{DeviceGrant, Pace, Timestamp};

statements! {
    /// No new revision. Changes nothing after another poll was noted, or when the grant is decided and does not wait for its PIN.
    NOTE = format!(
        "UPDATE device_grants SET {} \
        WHERE id = $1 AND (state IN ('pending', 'claimed') OR (state = 'approved' AND pin_digest IS NOT NULL)) AND {}",
        assign::<PaceColumns>(2),
        hold::<PaceColumns>(6)
    );
    /// [`Pace::judge`] for a poll at the moment of another, on the row as that one left it: the same poll sent twice, or one that is
    /// too fast.
    FOLLOW = "UPDATE device_grants SET \
            interval_ms = CASE WHEN NOT repeated OR interval_ms >= $4 THEN interval_ms \
                WHEN interval_ms + $3 > $4 THEN $4 ELSE interval_ms + $3 END, \
            answered_at = CASE WHEN repeated THEN $2 ELSE answered_at END, \
            slowed = slowed OR repeated, repeated = NOT repeated \
        WHERE id = $1 AND (state IN ('pending', 'claimed') OR (state = 'approved' AND pin_digest IS NOT NULL)) \
        RETURNING slowed";
}

/// The outcome of noting a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotedPoll {
    /// The poll is noted as it was judged.
    AsJudged,
    /// Another poll was noted first. This one counts as the same poll sent again, or as one that is too fast.
    AfterAnother {
        /// Whether the answer is `slow_down`.
        slowed: bool,
    },
    /// The grant does not wait any more: the poll must be judged again.
    Moved,
}

/// Notes how a waiting grant was polled. Polls at the same moment are noted one after the other, each by two statements at
/// most, so that they cost in proportion to their number.
pub async fn note_poll(db: &Db, grant: &DeviceGrant, pace: &Pace, now: Timestamp) -> Result<NotedPoll, StoreError> {
    let mut args = args![&grant.id];
    args.extend(PaceColumns::args(pace));
    args.extend(PaceColumns::args(&grant.pace));
    failpoints::reach("poll: before").await;
    if db.note(NOTE, args).await? == 1 {
        return Ok(NotedPoll::AsJudged);
    }
    let followed: Option<(bool,)> = db.note_one(FOLLOW, args![&grant.id, now, Pace::STEP, Pace::LONGEST]).await?;
    Ok(followed.map_or(NotedPoll::Moved, |(slowed,)| NotedPoll::AfterAnother { slowed }))
}
