package org.afs4j.cell.record;

import java.util.List;

/// What the check of a store found when it was opened.
///
/// @param volumes how many volume instances there are
/// @param vnodes how many vnodes they have together
/// @param contentBytes how many bytes their contents take in files
/// @param unusedFiles how many files of contents no vnode names, as a server leaves them that dies within a store: they were removed
/// @param findings what was wrong otherwise
public record CheckReport(int volumes, int vnodes, long contentBytes, int unusedFiles, List<Finding> findings) {
    /// Something that was wrong.
    ///
    /// @param volume the volume's name
    /// @param fid which vnode
    /// @param problem what was wrong
    /// @param repair what was done about it; empty where nothing can be done
    public record Finding(String volume, String fid, String problem, String repair) {
        @Override
        public String toString() {
            return volume + " " + fid + ": " + problem + (repair.isEmpty() ? "" : "; " + repair);
        }
    }
}
