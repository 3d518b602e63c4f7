package org.afs4j.pagecache;

import java.nio.ByteOrder;

/// The numbers in a mapped view that are read and written by way of its integers: chars, floating-point numbers, and all of them
/// in a byte order that the caller names. They behave as [MappedIntegers] says.
///
/// Threads: any number at once.
public abstract sealed class MappedNumbers extends MappedIntegers permits MappedView {
    MappedNumbers(long startBytes, long sizeBytes) {
        super(startBytes, sizeBytes);
    }

    /// Reads a short in a byte order.
    ///
    /// @param offsetBytes where
    /// @param order the order
    public final short getShort(long offsetBytes, ByteOrder order) {
        short value = getShort(offsetBytes);
        return order == ByteOrder.nativeOrder() ? value : Short.reverseBytes(value);
    }

    /// Writes a short in a byte order.
    ///
    /// @param offsetBytes where
    /// @param value the short
    /// @param order the order
    public final void setShort(long offsetBytes, short value, ByteOrder order) {
        setShort(offsetBytes, order == ByteOrder.nativeOrder() ? value : Short.reverseBytes(value));
    }

    /// Reads a char, which is two bytes.
    ///
    /// @param offsetBytes where
    public final char getChar(long offsetBytes) {
        return (char) getShort(offsetBytes);
    }

    /// Writes a char.
    ///
    /// @param offsetBytes where
    /// @param value the char
    public final void setChar(long offsetBytes, char value) {
        setShort(offsetBytes, (short) value);
    }

    /// Reads a char in a byte order.
    ///
    /// @param offsetBytes where
    /// @param order the order
    public final char getChar(long offsetBytes, ByteOrder order) {
        return (char) getShort(offsetBytes, order);
    }

    /// Writes a char in a byte order.
    ///
    /// @param offsetBytes where
    /// @param value the char
    /// @param order the order
    public final void setChar(long offsetBytes, char value, ByteOrder order) {
        setShort(offsetBytes, (short) value, order);
    }

    /// Reads an int in a byte order.
    ///
    /// @param offsetBytes where
    /// @param order the order
    public final int getInt(long offsetBytes, ByteOrder order) {
        int value = getInt(offsetBytes);
        return order == ByteOrder.nativeOrder() ? value : Integer.reverseBytes(value);
    }

    /// Writes an int in a byte order.
    ///
    /// @param offsetBytes where
    /// @param value the int
    /// @param order the order
    public final void setInt(long offsetBytes, int value, ByteOrder order) {
        setInt(offsetBytes, order == ByteOrder.nativeOrder() ? value : Integer.reverseBytes(value));
    }

    /// Reads a long in a byte order.
    ///
    /// @param offsetBytes where
    /// @param order the order
    public final long getLong(long offsetBytes, ByteOrder order) {
        long value = getLong(offsetBytes);
        return order == ByteOrder.nativeOrder() ? value : Long.reverseBytes(value);
    }

    /// Writes a long in a byte order.
    ///
    /// @param offsetBytes where
    /// @param value the long
    /// @param order the order
    public final void setLong(long offsetBytes, long value, ByteOrder order) {
        setLong(offsetBytes, order == ByteOrder.nativeOrder() ? value : Long.reverseBytes(value));
    }

    /// Reads a float.
    ///
    /// @param offsetBytes where
    public final float getFloat(long offsetBytes) {
        return Float.intBitsToFloat(getInt(offsetBytes));
    }

    /// Writes a float.
    ///
    /// @param offsetBytes where
    /// @param value the float
    public final void setFloat(long offsetBytes, float value) {
        setInt(offsetBytes, Float.floatToRawIntBits(value));
    }

    /// Reads a float in a byte order.
    ///
    /// @param offsetBytes where
    /// @param order the order
    public final float getFloat(long offsetBytes, ByteOrder order) {
        return Float.intBitsToFloat(getInt(offsetBytes, order));
    }

    /// Writes a float in a byte order.
    ///
    /// @param offsetBytes where
    /// @param value the float
    /// @param order the order
    public final void setFloat(long offsetBytes, float value, ByteOrder order) {
        setInt(offsetBytes, Float.floatToRawIntBits(value), order);
    }

    /// Reads a double.
    ///
    /// @param offsetBytes where
    public final double getDouble(long offsetBytes) {
        return Double.longBitsToDouble(getLong(offsetBytes));
    }

    /// Writes a double.
    ///
    /// @param offsetBytes where
    /// @param value the double
    public final void setDouble(long offsetBytes, double value) {
        setLong(offsetBytes, Double.doubleToRawLongBits(value));
    }

    /// Reads a double in a byte order.
    ///
    /// @param offsetBytes where
    /// @param order the order
    public final double getDouble(long offsetBytes, ByteOrder order) {
        return Double.longBitsToDouble(getLong(offsetBytes, order));
    }

    /// Writes a double in a byte order.
    ///
    /// @param offsetBytes where
    /// @param value the double
    /// @param order the order
    public final void setDouble(long offsetBytes, double value, ByteOrder order) {
        setLong(offsetBytes, Double.doubleToRawLongBits(value), order);
    }
}
