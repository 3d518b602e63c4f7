package org.afs4j.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives the tests of a class a cell: its constructor and methods may take an [AfsTestCell], and an [org.afs4j.client.AfsClient] of
/// it. The cell is started when the class first asks for it, and ends when all its tests have.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(AfsCellExtension.class)
public @interface WithAfsCell {}
