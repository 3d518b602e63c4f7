package org.afs4j.pagecache.state;

/// The pages of one write that nobody else may touch until it has ended.
///
/// @param fromPage the first page of the write
/// @param toPage the one after the last, at most 64 further
/// @param absent a bit for each page, from the first, that had no memory before
/// @param claimed a bit for each page that was not up to date, those of `absent` among them
public record WriteClaim(long fromPage, long toPage, long absent, long claimed) {}
