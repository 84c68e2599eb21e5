//! Notes how a waiting grant is polled, which may be lost in a power cut, and judges polls that come at the same moment
//! (requirements T-14 and T-15).

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError, failpoints};
use protocol::{DeviceGrant, Pace, Timestamp};

statements! {
    /// A poll's own bookkeeping: no new revision, and nothing once another poll was answered, or the grant is decided and does not
    /// wait for its PIN.
    NOTE = "UPDATE device_grants SET interval_ms = $2, answered_at = $3, slowed = $4, repeated = $5 \
        WHERE id = $1 AND (state IN ('pending', 'claimed') OR (state = 'approved' AND pin_digest IS NOT NULL)) \
            AND interval_ms = $6 \
            AND answered_at IS NOT DISTINCT FROM $7 AND slowed = $8 AND repeated = $9";
    /// [`Pace::judge`] for a poll that follows the last one at once, on what the row holds when its turn comes: the same poll sent
    /// twice, or else one that is too fast.
    FOLLOW = "UPDATE device_grants SET \
            interval_ms = CASE WHEN NOT repeated OR interval_ms >= $4 THEN interval_ms \
                WHEN interval_ms + $3 > $4 THEN $4 ELSE interval_ms + $3 END, \
            answered_at = CASE WHEN repeated THEN $2 ELSE answered_at END, \
            slowed = slowed OR repeated, repeated = NOT repeated \
        WHERE id = $1 AND (state IN ('pending', 'claimed') OR (state = 'approved' AND pin_digest IS NOT NULL)) \
        RETURNING slowed";
}

/// What became of the note of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotedPoll {
    /// The poll is remembered as it was judged.
    AsJudged,
    /// Another poll was answered first. This one counts as the same poll sent again, or as one that is too fast.
    AfterAnother {
        /// Whether the answer is `slow_down`.
        slowed: bool,
    },
    /// The grant does not wait any more: it has to be judged anew.
    Moved,
}

/// Notes how a waiting grant was polled. Polls at the same moment are noted one after the other, each by two statements at
/// most, so that they cost in proportion to their number.
pub async fn note_poll(db: &Db, grant: &DeviceGrant, pace: &Pace, now: Timestamp) -> Result<NotedPoll, StoreError> {
    let was = &grant.pace;
    let args = args![
        &grant.id,
        pace.interval,
        pace.answered_at,
        pace.slowed,
        pace.repeated,
        was.interval,
        was.answered_at,
        was.slowed,
        was.repeated,
    ];
    failpoints::reach("poll: before").await;
    if db.note(NOTE, args).await? == 1 {
        return Ok(NotedPoll::AsJudged);
    }
    let followed = db.note_one::<(bool,)>(FOLLOW, args![&grant.id, now, Pace::STEP, Pace::LONGEST]).await?;
    Ok(followed.map_or(NotedPoll::Moved, |(slowed,)| NotedPoll::AfterAnother { slowed }))
}
