package org.afs4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AmountConvertersTest {
    private final AmountConverters.OfDuration durations = new AmountConverters.OfDuration();
    private final AmountConverters.OfBytes sizes = new AmountConverters.OfBytes();

    @ParameterizedTest
    @CsvSource({"20ms,PT0.02S", "500us,PT0.0005S", "1.5s,PT1.5S", "5,PT5S", "2m,PT2M", "1h,PT1H", "7ns,PT0.000000007S"})
    void aDurationIsANumberAndAUnitAndSecondsWithout(String text, String expected) {
        assertThat(durations.convert(text)).isEqualTo(Duration.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ms", "-1s", "0", "0.1ns", "5 years", "9000000h", "1e9"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> durations.convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void aSizeIsANumberAndAPowerOf1024() {
        assertThat(sizes.convert("4096")).isEqualTo(4096);
        assertThat(sizes.convert("64K")).isEqualTo(64L << 10);
        assertThat(sizes.convert("256 MiB")).isEqualTo(256L << 20);
        assertThat(sizes.convert("1.5g")).isEqualTo(3L << 29);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "-1", "12X", "999999999999T"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> sizes.convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
