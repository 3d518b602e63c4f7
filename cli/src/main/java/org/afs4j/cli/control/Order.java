package org.afs4j.cli.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.protocol.Fid;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/// A line of JSON that a control socket got: an object whose fields are texts, numbers and truth values.
///
/// Each method that reads a field throws [IllegalArgumentException], with a message for the caller, if the field is not what it should be.
/// Threads: one.
final class Order {
    private final Map<String, String> fields;
    private final Set<String> read = new HashSet<>();

    private Order(Map<String, String> fields) {
        this.fields = fields;
    }

    /// Reads an order.
    ///
    /// @throws IllegalArgumentException if the line is no such object
    static Order parse(String line) {
        Map<String, String> fields = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            for (String field = isObject ? parser.nextFieldName() : null; field != null; field = parser.nextFieldName()) {
                isObject &= parser.nextToken().isScalarValue();
                fields.put(field, parser.getText());
            }
            if (!isObject || parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IllegalArgumentException("not an order: {\"command\":NAME, ...}");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not an order: {\"command\":NAME, ...}", e);
        }
        return new Order(fields);
    }

    @Nullable String find(String field) {
        read.add(field);
        return fields.get(field);
    }

    String text(String field) {
        String value = find(field);
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    int number(String field) {
        return number(field, text(field));
    }

    int number(String field, int otherwise) {
        String value = find(field);
        return value == null ? otherwise : number(field, value);
    }

    private static int number(String field, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(field + " is a whole number, not " + value, e);
        }
    }

    boolean flag(String field, boolean otherwise) {
        String value = find(field);
        if (value != null && !value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(field + " is true or false, not " + value);
        }
        return value == null ? otherwise : value.equals("true");
    }

    @Nullable Duration findDuration(String field) {
        String value = find(field);
        try {
            return value == null ? null : new AmountConverters.OfDuration().convert(value);
        } catch (TypeConversionException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    Duration duration(String field) {
        String given = text(field);
        Duration value = findDuration(field);
        if (value == null) {
            throw new IllegalStateException(given);
        }
        return value;
    }

    @Nullable Fid findFid(String field) {
        String value = find(field);
        if (value == null) {
            return null;
        }
        String[] parts = value.split("\\.", -1);
        try {
            if (parts.length == 3) {
                return new Fid(Integer.parseUnsignedInt(parts[0]), Integer.parseUnsignedInt(parts[1]), Integer.parseUnsignedInt(parts[2]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(field + " is VOLUME.VNODE.UNIQUIFIER, not " + value, e);
        }
        throw new IllegalArgumentException(field + " is VOLUME.VNODE.UNIQUIFIER, not " + value);
    }

    /// Refuses fields that nobody has read: an order that does something else than what was meant is worse than none.
    void end() {
        Set<String> unknown = new TreeSet<>(fields.keySet());
        unknown.removeAll(read);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("of no meaning here: " + String.join(", ", unknown));
        }
    }
}
