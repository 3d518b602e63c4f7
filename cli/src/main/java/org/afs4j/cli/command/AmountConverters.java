package org.afs4j.cli.command;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How options give amounts: a number and a unit.
public final class AmountConverters {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*([a-zA-Z]*)");

    private AmountConverters() {}

    /// Reads a duration, more than zero: `20ms`, `500us`, `1.5s`, `2m`; a number alone is seconds.
    public static final class OfDuration implements ITypeConverter<Duration> {
        /// Made by picocli.
        public OfDuration() {}

        @Override
        public Duration convert(String text) {
            Matcher amount = match(text, "a duration such as 20ms, 1.5s or 2m");
            double unitNanos =
                    switch (amount.group(2).toLowerCase(Locale.ROOT)) {
                        case "ns" -> 1;
                        case "us" -> 1e3;
                        case "ms" -> 1e6;
                        case "", "s" -> 1e9;
                        case "m", "min" -> 60e9;
                        case "h" -> 3600e9;
                        default -> throw new TypeConversionException("'" + text + "' has no unit of time: ns, us, ms, s, m, h");
                    };
            long nanos = Math.round(Double.parseDouble(amount.group(1)) * unitNanos);
            if (nanos <= 0 || nanos > Duration.ofDays(365).toNanos()) {
                throw new TypeConversionException("'" + text + "' is not between a nanosecond and a year");
            }
            return Duration.ofNanos(nanos);
        }
    }

    /// Reads a size in bytes: `4096`, `64K`, `256M`, `1G`; units are powers of 1024.
    public static final class OfBytes implements ITypeConverter<Long> {
        /// Made by picocli.
        public OfBytes() {}

        @Override
        public Long convert(String text) {
            Matcher amount = match(text, "a size such as 4096, 64K, 256M or 1G");
            int shift =
                    switch (amount.group(2).toLowerCase(Locale.ROOT)) {
                        case "", "b" -> 0;
                        case "k", "kb", "kib" -> 10;
                        case "m", "mb", "mib" -> 20;
                        case "g", "gb", "gib" -> 30;
                        case "t", "tb", "tib" -> 40;
                        default -> throw new TypeConversionException("'" + text + "' has no unit of size: K, M, G, T");
                    };
            double bytes = Double.parseDouble(amount.group(1)) * (1L << shift);
            if (bytes > 1L << 60) {
                throw new TypeConversionException("'" + text + "' is too much");
            }
            return Math.round(bytes);
        }
    }

    private static Matcher match(String text, String expected) {
        Matcher amount = AMOUNT.matcher(text.strip());
        if (!amount.matches()) {
            throw new TypeConversionException("'" + text + "' is not " + expected);
        }
        return amount;
    }
}
