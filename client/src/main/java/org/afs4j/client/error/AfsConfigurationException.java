package org.afs4j.client.error;

/// A cell is not known, or has no server that could be asked: name its servers, or put them into `CellServDB`.
public final class AfsConfigurationException extends AfsException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    /// Makes the exception.
    ///
    /// @param problem what is missing, and how to add it
    /// @param context where
    public AfsConfigurationException(String problem, AfsContext context) {
        super((context.path() == null ? "" : context.path() + ": ") + problem, context);
        this.problem = problem;
    }

    String problem() {
        return problem;
    }
}
