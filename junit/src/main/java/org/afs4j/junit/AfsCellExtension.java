package org.afs4j.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.afs4j.client.AfsClient;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// What [WithAfsCell] stands for: starts a cell for a test class when it is first asked for, and closes it after the class.
public final class AfsCellExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(AfsCellExtension.class);

    /// Makes the extension; JUnit does that.
    public AfsCellExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == AfsTestCell.class || type == AfsClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        AfsTestCell cell = ofClass(context)
                .getStore(NAMESPACE)
                .computeIfAbsent(AfsTestCell.class, key -> start(), AfsTestCell.class);
        return parameter.getParameter().getType() == AfsTestCell.class ? cell : cell.client();
    }

    /// The context of the outermost test class: that of a method, or of a constructor, ends before.
    private static ExtensionContext ofClass(ExtensionContext context) {
        ExtensionContext outermost = context;
        for (ExtensionContext each = context; each.getTestClass().isPresent(); each = each.getParent().orElse(each.getRoot())) {
            outermost = each;
        }
        return outermost;
    }

    private static AfsTestCell start() {
        try {
            return AfsTestCell.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
