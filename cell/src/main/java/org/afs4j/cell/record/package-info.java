/// What is written down of a cell: its records, how they lie in a store's tables, and the check of them when a store is opened.
@NullMarked
package org.afs4j.cell.record;

import org.jspecify.annotations.NullMarked;
