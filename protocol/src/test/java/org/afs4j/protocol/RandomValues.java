package org.afs4j.protocol;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.afs4j.protocol.fs.ServerStatistics;
import org.afs4j.protocol.vl.VolumeEntry;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationReply;
import org.afs4j.protocol.vl.VolumeSite;
import org.afs4j.protocol.xdr.NameCodec;

/// Makes random values of the protocol's records from one seed: any that the wire can carry.
public final class RandomValues {
    private final Random random;

    /// Makes the source.
    ///
    /// @param random where from
    public RandomValues(Random random) {
        this.random = random;
    }

    /// A random value of a type.
    ///
    /// @param type of an argument or a record's component
    /// @param name the argument's or component's name
    public Object value(Type type, String name) {
        if (type == int.class || type == Integer.class) {
            return random.nextInt(4) == 0 ? random.nextInt(3) - 1 : random.nextInt();
        }
        if (type == long.class || type == Long.class) {
            boolean anyBits = name.equals("dataVersion") || name.endsWith("SignificantBits");
            return anyBits ? random.nextLong() : random.nextLong() >>> (1 + random.nextInt(63));
        }
        if (type == short.class) {
            return (short) random.nextInt();
        }
        if (type == byte.class) {
            return (byte) random.nextInt();
        }
        if (type == boolean.class) {
            return random.nextBoolean();
        }
        if (type == String.class) {
            return NameCodec.decode(name(random.nextInt(16)));
        }
        if (type instanceof ParameterizedType list) {
            List<Object> values = new ArrayList<>();
            int count = random.nextInt(9);
            for (int i = 0; i < count; i++) {
                values.add(value(list.getActualTypeArguments()[0], name));
            }
            return values;
        }
        Class<?> type0 = (Class<?>) type;
        if (type0.isEnum()) {
            return List.of(type0.getEnumConstants()).get(random.nextInt(type0.getEnumConstants().length));
        }
        return record(type0);
    }

    /// A random record.
    ///
    /// @param type the record's class
    /// @param <T> its type
    public <T> T record(Class<T> type) {
        if (type == VolumeEntry.class) {
            return type.cast(entry(random.nextBoolean() ? VolumeEntry.Form.N : VolumeEntry.Form.U));
        }
        if (type == VolumeLocationReply.Entries.class) {
            List<VolumeEntry> entries = new ArrayList<>();
            for (int i = random.nextInt(9); i > 0; i--) {
                entries.add(entry(VolumeEntry.Form.N));
            }
            return type.cast(new VolumeLocationReply.Entries(random.nextInt(), entries));
        }
        if (type == VolumeSite.class) {
            return type.cast(site(random.nextBoolean()));
        }
        if (type == ServerStatistics.class) {
            return type.cast(new ServerStatistics(
                    Stream.generate(random::nextInt).limit(ServerStatistics.NUMBER_COUNT).toList(),
                    Stream.generate(() -> record(ServerStatistics.Disk.class)).limit(ServerStatistics.DISK_COUNT).toList()));
        }
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < values.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i].getGenericType(), components[i].getName());
        }
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type.getName(), e);
        }
    }

    /// A random entry that a form can carry.
    ///
    /// @param form the form
    public VolumeEntry entry(VolumeEntry.Form form) {
        return new VolumeEntry(form, location(form), form == VolumeEntry.Form.OLD ? 0 : random.nextInt());
    }

    /// A random location that a form can carry.
    ///
    /// @param form the form
    public VolumeLocation location(VolumeEntry.Form form) {
        VolumeLocation any = record(VolumeLocation.class);
        List<VolumeSite> sites = new ArrayList<>();
        int count = random.nextInt(form.siteCount() + 1);
        for (int i = 0; i < count; i++) {
            sites.add(site(form == VolumeEntry.Form.U && random.nextBoolean()));
        }
        return new VolumeLocation(
                any.name(), any.readWriteId(), any.readOnlyId(), any.backupId(), any.cloneId(), any.flags(), sites);
    }

    private VolumeSite site(boolean byUuid) {
        int flags = random.nextInt();
        int partition = random.nextInt(256);
        return byUuid
                ? VolumeSite.ofUuid(record(AfsUuid.class), random.nextInt(), partition, flags)
                : VolumeSite.ofAddress(random.nextInt(), partition, flags);
    }

    private byte[] name(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int any = random.nextInt(4) == 0 ? random.nextInt(256) : 'a' + random.nextInt(26);
            bytes[i] = (byte) (any == 0 ? 1 : any);
        }
        return bytes;
    }
}
