package org.afs4j.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/// One JSON object on one line, field by field.
public final class JsonLine {
    private final StringWriter text = new StringWriter();
    private final JsonGenerator generator;

    /// A step of writing into memory, where input and output do not fail.
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /// Begins an object.
    public JsonLine() {
        try {
            generator = new JsonFactory().createGenerator(text);
            generator.writeStartObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonLine step(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// Adds a text.
    ///
    /// @param field its name
    /// @param value the text
    public JsonLine put(String field, String value) {
        return step(() -> generator.writeStringField(field, value));
    }

    /// Adds a whole number.
    ///
    /// @param field its name
    /// @param value the number
    public JsonLine put(String field, long value) {
        return step(() -> generator.writeNumberField(field, value));
    }

    /// Adds a number.
    ///
    /// @param field its name
    /// @param value the number
    public JsonLine put(String field, double value) {
        return step(() -> generator.writeNumberField(field, value));
    }

    /// Adds yes or no.
    ///
    /// @param field its name
    /// @param value whether
    public JsonLine put(String field, boolean value) {
        return step(() -> generator.writeBooleanField(field, value));
    }

    /// Adds an object.
    ///
    /// @param field its name
    /// @param value the object, which is ended by this
    public JsonLine put(String field, JsonLine value) {
        return step(() -> {
            generator.writeFieldName(field);
            generator.writeRawValue(value.end());
        });
    }

    /// Adds a list of objects.
    ///
    /// @param field its name
    /// @param values the objects, which are ended by this
    public JsonLine put(String field, List<JsonLine> values) {
        return step(() -> {
            generator.writeArrayFieldStart(field);
            for (JsonLine value : values) {
                generator.writeRawValue(value.end());
            }
            generator.writeEndArray();
        });
    }

    /// Ends the object.
    ///
    /// @return its line, without a line break
    public String end() {
        step(() -> {
            generator.writeEndObject();
            generator.close();
        });
        return text.toString();
    }
}
