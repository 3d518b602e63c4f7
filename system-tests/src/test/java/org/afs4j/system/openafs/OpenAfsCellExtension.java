package org.afs4j.system.openafs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Starts one cell a test run, when the first test asks for it, and stops it when the run ends. A cell that a test left with
/// its file server down is repaired before the next test gets it.
final class OpenAfsCellExtension implements ExecutionCondition, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(OpenAfsCellExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> missing = OpenAfsPackages.missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("a cell can be started here");
        }
        if (OpenAfsPackages.required()) {
            throw new IllegalStateException("AFS4J_INTEROP=required, but no OpenAFS cell can be started: " + missing.get());
        }
        System.err.println("SKIPPED, no OpenAFS cell: " + context.getDisplayName() + ": " + missing.get());
        return ConditionEvaluationResult.disabled("no OpenAFS cell: " + missing.get());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == OpenAfsCell.class || type == AfsdFuseMount.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        OpenAfsCell cell = context.getRoot().getStore(NAMESPACE).computeIfAbsent(
                OpenAfsCell.class, key -> unchecked(OpenAfsCell::start), OpenAfsCell.class);
        unchecked(() -> {
            cell.ensureServing();
            return cell;
        });
        if (parameter.getParameter().getType() == OpenAfsCell.class) {
            return cell;
        }
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(
                AfsdFuseMount.class, key -> unchecked(cell::mountAfsdFuse), AfsdFuseMount.class);
    }

    private static <T> T unchecked(Step<T> step) {
        try {
            return step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }
}
