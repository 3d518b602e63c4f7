package org.afs4j.cli.file;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.protocol.fs.FetchStatus;

/// What AFS tells of a file, in the words of `ls` and `stat`, and as fields of JSON.
final class InfoText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String[] TRIPLETS = {"---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"};
    private static final int STICKY = 01000;
    private static final int SET_GROUP = 02000;
    private static final int SET_USER = 04000;

    private InfoText() {}

    /// Type and mode, ten characters as `ls -l` has them.
    static String modeText(AfsFileInfo info) {
        int mode = info.mode();
        StringBuilder text = new StringBuilder()
                .append(
                        switch (info.type()) {
                            case DIRECTORY -> 'd';
                            case SYMLINK -> 'l';
                            case FILE -> '-';
                            case INVALID -> '?';
                        })
                .append(TRIPLETS[mode >> 6 & 7])
                .append(TRIPLETS[mode >> 3 & 7])
                .append(TRIPLETS[mode & 7]);
        mark(text, 3, (mode & SET_USER) != 0, 's');
        mark(text, 6, (mode & SET_GROUP) != 0, 's');
        mark(text, 9, (mode & STICKY) != 0, 't');
        return text.toString();
    }

    private static void mark(StringBuilder text, int index, boolean set, char letter) {
        if (set) {
            text.setCharAt(index, text.charAt(index) == 'x' ? letter : Character.toUpperCase(letter));
        }
    }

    /// The type in a word.
    static String typeText(AfsFileInfo info) {
        return info.type().name().toLowerCase(Locale.ROOT);
    }

    /// The mode in octal, four digits.
    static String octal(AfsFileInfo info) {
        return String.format(Locale.ROOT, "%04o", info.mode());
    }

    /// When the data last changed, in the local time zone.
    static String timeText(AfsFileInfo info) {
        return TIME.format(info.modified().atZone(ZoneId.systemDefault()));
    }

    /// The caller's rights, in the letters of AFS; `none` for none.
    static String rightsText(AfsFileInfo info) {
        StringBuilder letters = new StringBuilder();
        right(letters, info, FetchStatus.RIGHT_READ, 'r');
        right(letters, info, FetchStatus.RIGHT_LOOKUP, 'l');
        right(letters, info, FetchStatus.RIGHT_INSERT, 'i');
        right(letters, info, FetchStatus.RIGHT_DELETE, 'd');
        right(letters, info, FetchStatus.RIGHT_WRITE, 'w');
        right(letters, info, FetchStatus.RIGHT_LOCK, 'k');
        right(letters, info, FetchStatus.RIGHT_ADMINISTER, 'a');
        return letters.isEmpty() ? "none" : letters.toString();
    }

    private static void right(StringBuilder letters, AfsFileInfo info, int right, char letter) {
        if ((info.rights() & right) != 0) {
            letters.append(letter);
        }
    }

    /// The fields of JSON: the same for `ls` and `stat`.
    ///
    /// @param line gets them
    static JsonLine fields(JsonLine line, AfsFileInfo info) {
        return line.put("type", typeText(info))
                .put("sizeBytes", info.sizeBytes())
                .put("mode", octal(info))
                .put("links", info.linkCount())
                .put("owner", Integer.toUnsignedLong(info.owner()))
                .put("group", Integer.toUnsignedLong(info.group()))
                .put("modified", info.modified().toString())
                .put("dataVersion", info.dataVersion())
                .put("rights", rightsText(info))
                .put("cell", info.cell())
                .put("volume", info.volume())
                .put("fid", info.fid().toString());
    }
}
