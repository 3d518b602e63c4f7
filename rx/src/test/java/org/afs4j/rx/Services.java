package org.afs4j.rx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Services and calls that tests use.
final class Services {
    private Services() {}

    static byte[] pattern(int length, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] readAll(RxStream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (stream.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toByteArray();
    }

    /// Replies with the request, once it is there as a whole.
    static void echo(RxServerCall call) throws IOException {
        call.write(ByteBuffer.wrap(readAll(call)));
    }


    static byte[] call(RxConnection connection, byte[] request) throws IOException, InterruptedException {
        try (RxClientCall call = connection.newCall()) {
            call.write(ByteBuffer.wrap(request));
            call.endRequest();
            return readAll(call);
        }
    }
}
