package org.afs4j.system.openafs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks a test class that needs a real OpenAFS cell. Its constructor and methods may take an [OpenAfsCell] and an
/// [AfsdFuseMount]: both are started once a test run, so tests use file names of their own. A mount of a test's own is made by
/// [OpenAfsCell#mountAfsdFuse()].
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OpenAfsCellExtension.class)
@Tag("interop")
public @interface WithOpenAfsCell {}
