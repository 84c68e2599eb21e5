//! The layout of the pages: every page in every state, in a real Chromium, at three widths and in both directions.

use testkit::chromium::{Chromium, Window};
use testkit::{Gallery, Screen};
use words::Language;

/// A phone from long ago, or a desk at 400 %; a phone of today; a desk.
const WIDTHS: [u32; 3] = [320, 390, 1280];

/// Text as far apart as some people need it.
const SPACED: &str = "document.body.style.cssText = 'line-height: 1.5; letter-spacing: .12em; word-spacing: .16em'";

/// Proves: X-06 N72. WCAG 2.2, 1.4.10 (reflow) and 1.4.12 (text spacing).
#[tokio::test]
async fn no_page_scrolls_sideways_at_any_width_in_any_direction() {
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    let gallery = Gallery::open().await;
    for name in &gallery.names {
        chromium.client.goto(&gallery.url(name)).await.unwrap();
        let ruled = chromium.run("return document.styleSheets[0].cssRules.length").await;
        assert!(ruled.as_u64().unwrap() > 50, "{name} has no style");
        chromium.run("for (const d of document.querySelectorAll('details')) d.open = true").await;
        for direction in ["ltr", "rtl"] {
            chromium.run(&format!("document.documentElement.dir = '{direction}'")).await;
            for width in WIDTHS {
                chromium.on(Screen::wide(width)).await;
                assert!(chromium.overflow().await <= 0.0, "{name} is too wide for {width} px, {direction}");
            }
        }
        chromium.on(Screen::wide(320)).await;
        chromium.run(SPACED).await;
        assert!(chromium.overflow().await <= 0.0, "{name} is too wide for 320 px with spaced text");
    }
    chromium.close().await;
}

/// Proves: FC-06 X-06: the lengths of every language hold on the narrowest screen, with the text spaced as WCAG 2.2 wants
/// it (1.4.12); and what an operator has checked, or not, is one box with one line of words.
#[tokio::test]
async fn every_language_fits_on_the_narrowest_screen() {
    let badges = "return [...document.querySelectorAll('.badge')].map(badge => [
        badge.getClientRects().length,
        Math.round(badge.clientHeight / parseFloat(getComputedStyle(badge).lineHeight)),
    ])";
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    chromium.on(Screen::wide(320)).await;
    for language in Language::ALL.iter().copied() {
        let gallery = Gallery::open_in(language).await;
        for name in &gallery.names {
            let tag = language.tag();
            chromium.client.goto(&gallery.url(name)).await.unwrap();
            chromium.run("for (const d of document.querySelectorAll('details')) d.open = true").await;
            let boxes = chromium.run(badges).await;
            assert!(
                boxes.as_array().unwrap().iter().all(|one| *one == serde_json::json!([1, 1])),
                "{name} in {tag}: {boxes}"
            );
            assert_eq!(boxes != serde_json::json!([]), name.starts_with("decision"), "{name} has {boxes}");
            chromium.run(SPACED).await;
            assert!(chromium.overflow().await <= 0.0, "{name} in {tag} is too wide for 320 px with spaced text");
        }
    }
    chromium.close().await;
}

/// The elements to click that are not links in a line of text, by their size, and the elements outside of the window at
/// the left or right.
const SMALL: &str = "
    return [...document.querySelectorAll('button, summary, input:not([type=hidden]), select, a')]
        .filter(control => control.checkVisibility())
        .map(control => [control.id || control.textContent.trim(), control.getBoundingClientRect()])
        .filter(([_, box]) => box.width < 24 || box.height < 24 || box.left < 0 || box.right > innerWidth)
        .map(([name]) => name)";

/// Proves: X-05. WCAG 2.2, 2.5.8 (target size).
#[tokio::test]
async fn everything_that_one_presses_is_large_enough_for_a_finger() {
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    let gallery = Gallery::open().await;
    chromium.on(Screen::wide(320)).await;
    for name in &gallery.names {
        chromium.client.goto(&gallery.url(name)).await.unwrap();
        assert_eq!(chromium.run(SMALL).await, serde_json::json!([]), "{name}");
    }
    // Deny is as large as Approve.
    chromium.client.goto(&gallery.url("decision")).await.unwrap();
    for width in WIDTHS {
        chromium.on(Screen::wide(width)).await;
        let size = "const [deny, approve] = ['deny', 'approve'].map(id => document.getElementById(id).getBoundingClientRect());
                    return deny.width === approve.width && deny.height === approve.height";
        assert_eq!(chromium.run(size).await, true, "at {width} px");
    }
    chromium.close().await;
}

/// Focuses the next element, and returns what is not visible: its ring, or the element itself behind another.
const UNSEEN: &str = "
    const controls = [...document.querySelectorAll('button, summary, input:not([type=hidden]), select, a')]
        .filter(control => control.checkVisibility());
    return controls.filter(control => {
        control.focus({ focusVisible: true });
        const style = getComputedStyle(control), box = control.getBoundingClientRect();
        const ringed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return document.activeElement !== control || !ringed || !(control.contains(top) || top?.contains(control));
    }).map(control => control.id || control.outerHTML)";

/// Proves: X-05. WCAG 2.2, 2.4.7 and 2.4.11 (focus visible, focus not obscured).
#[tokio::test]
async fn the_focus_is_seen_on_every_control() {
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    let gallery = Gallery::open().await;
    for screen in [Screen::wide(390), Screen::dark(1280), Screen::forced(390)] {
        chromium.on(screen).await;
        for name in &gallery.names {
            chromium.client.goto(&gallery.url(name)).await.unwrap();
            assert_eq!(chromium.run(UNSEEN).await, serde_json::json!([]), "{name}, {screen:?}");
        }
    }
    chromium.close().await;
}

/// In forced colours backgrounds are lost: a button is recognised by its edge or its underline, and a tick by its
/// colour.
const SHAPELESS: &str = "
    if (!matchMedia('(forced-colors: active)').matches) return ['the colours are not forced'];
    const of = (control, part) => getComputedStyle(control, part);
    const ground = of(document.body).backgroundColor;
    const edged = control => parseFloat(of(control).borderTopWidth) > 0 && of(control).borderTopStyle !== 'none'
        && of(control).borderTopColor !== ground;
    // The browser itself draws checkboxes and radio buttons.
    const drawn = control => control.type === 'radio' && of(control).appearance === 'auto';
    const known = control => edged(control) || drawn(control) || of(control).textDecorationLine === 'underline';
    const controls = [...document.querySelectorAll('button, .button, summary, input:not([type=hidden]), select')]
        .filter(control => control.checkVisibility());
    const shapeless = controls.filter(control => !known(control));
    const ticks = controls.filter(control => control.type === 'checkbox').filter(control => {
        control.checked = true;
        return of(control, '::before').backgroundColor === of(control).backgroundColor;
    });
    return [...shapeless, ...ticks].map(control => control.id || control.outerHTML)";

/// Proves: X-05. WCAG 2.2, 1.4.11 (non-text contrast), for people who see all pages in colours of their own.
#[tokio::test]
async fn in_forced_colours_everything_that_one_presses_has_a_shape() {
    let Some(chromium) = Chromium::open(Window::Usual).await else { return };
    let gallery = Gallery::open().await;
    chromium.on(Screen::forced(390)).await;
    for name in &gallery.names {
        chromium.client.goto(&gallery.url(name)).await.unwrap();
        assert_eq!(chromium.run(SHAPELESS).await, serde_json::json!([]), "{name}");
    }
    chromium.close().await;
}
