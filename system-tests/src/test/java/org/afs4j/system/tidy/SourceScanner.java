package org.afs4j.system.tidy;

import com.sun.source.tree.Tree;
import com.sun.source.util.TreePathScanner;
import org.afs4j.system.tidy.SourceTree.SourceFile;
import org.jspecify.annotations.Nullable;

/// A walk over one file that can say where it is.
abstract class SourceScanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final SourceFile file;

    SourceScanner(SourceFile file) {
        this.file = file;
    }

    /// Visits the whole file.
    final void walk() {
        scan(file.unit(), null);
    }

    final SourceFile file() {
        return file;
    }

    /// The place of a part of the file, as a compiler would print it.
    final String at(Tree tree) {
        long position = file.trees().getSourcePositions().getStartPosition(file.unit(), tree);
        return file.path() + ":" + file.unit().getLineMap().getLineNumber(position);
    }
}
