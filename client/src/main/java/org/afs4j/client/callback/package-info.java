/// Callback promises: kept, compared and broken by counters alone.
///
/// A file server promises to call before a third party's change to a vnode goes unnoticed, until the promise expires. It calls
/// `CallBack` for single vnodes (or, with vnode 0, a whole volume) and `InitCallBackState` when it has forgotten all promises.
///
/// | counter | moved by | compared by |
/// |---|---|---|
/// | mass breaks, one a server (CB-5) | `InitCallBackState`, `2`, `3` from a server that we had met before (CB-6) | every validity check |
/// | volume breaks, one a volume (CB-10) | a break of vnode 0, uniquifier 0 | every validity check of a vnode of the volume |
/// | vnode breaks, one a vnode | a break of its FID | the vnode's validity check |
/// | snapshot, one a volume (CB-10) | a reply whose volume creation time has changed, or whose update time went back | the vnode's validity check; another value means that cached data is dropped whatever the data version says |
///
/// A [org.afs4j.client.callback.BreakNote] copies the counters when a call is sent. The promise that the reply brings is kept
/// together with that note and holds only while every counter still equals the note's copy: so a break that overtakes the reply
/// takes the promise back before it is installed (CB-1), a mass break costs one increment (CB-5), and nothing is ever walked.
///
/// A break is answered at once: the thread that serves callbacks only moves counters and queues vnodes to be stripped (CB-11);
/// the [org.afs4j.client.callback.StripQueue] strips afterwards, on a thread of its own that holds no lock. Only
/// for strict mappings does the answer wait for that, within a bound (MM-11).
@NullMarked
package org.afs4j.client.callback;

import org.jspecify.annotations.NullMarked;
