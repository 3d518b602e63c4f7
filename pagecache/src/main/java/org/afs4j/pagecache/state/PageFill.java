package org.afs4j.pagecache.state;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Pages that a thread has claimed to fill.
///
/// @param run the pages
/// @param newer null if the pages were absent, and their memory is the filler's; otherwise the run is one page that has memory, and
///     these are its bytes that the backing may not have: they stay as they are
public record PageFill(PageRun run, @Nullable BitSet newer) {}
