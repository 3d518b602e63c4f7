package org.afs4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.afs4j.protocol.AfsError.Family;
import org.afs4j.protocol.AfsError.Remedy;
import org.junit.jupiter.api.Test;

class AfsErrorTest {
    @Test
    void noTwoErrorsHaveOneCode() {
        Set<Integer> codes = new HashSet<>();
        for (AfsError error : AfsError.values()) {
            assertThat(codes.add(error.code())).as("the code of %s is its own", error).isTrue();
        }
    }

    @Test
    void everyErrorIsFoundByItsCodeAndIsDescribed() {
        for (AfsError error : AfsError.values()) {
            assertThat(AfsError.ofCode(error.code())).isEqualTo(error);
            assertThat(error.remedy()).isNotNull();
            assertThat(error.errno().number()).isPositive();
            assertThat(error.meaning()).isNotBlank().doesNotEndWith(".");
        }
    }

    @Test
    void aCodeThatTheTableLacksIsUnknown() {
        assertThat(AfsError.ofCode(4711)).isEqualTo(AfsError.UNKNOWN);
        assertThat(AfsError.ofCode(Integer.MIN_VALUE)).isEqualTo(AfsError.UNKNOWN);
        assertThat(AfsError.ofCode(0)).isEqualTo(AfsError.UNKNOWN);
        assertThat(AfsError.describe(4711)).isEqualTo("UNKNOWN (4711)");
        assertThat(AfsError.describe(102)).isEqualTo("VNOVNODE (102)");
    }

    @Test
    void theCodesThatRotationTurnsOnHaveTheirRemedies() {
        assertThat(AfsError.VBUSY.remedy()).isEqualTo(Remedy.RETRY_LATER);
        assertThat(AfsError.VRESTARTING.remedy()).isEqualTo(Remedy.RETRY_LATER);
        assertThat(AfsError.VOFFLINE.remedy()).isEqualTo(Remedy.OTHER_SERVER);
        assertThat(AfsError.VNOSERVICE.remedy()).isEqualTo(Remedy.OTHER_SERVER);
        assertThat(AfsError.VSALVAGE.remedy()).isEqualTo(Remedy.OTHER_SERVER);
        assertThat(AfsError.VNOVOL.remedy()).isEqualTo(Remedy.REFRESH_LOCATION);
        assertThat(AfsError.VMOVED.remedy()).isEqualTo(Remedy.REFRESH_LOCATION);
        assertThat(AfsError.VNOVNODE.remedy()).isEqualTo(Remedy.FORGET_VNODE);
        assertThat(AfsError.RXGEN_OPCODE.remedy()).isEqualTo(Remedy.FALL_BACK);
        assertThat(AfsError.RXKADEXPIRED.remedy()).isEqualTo(Remedy.NEW_TOKEN);
        assertThat(AfsError.ofCode(-455)).isEqualTo(AfsError.RXGEN_OPCODE);
        assertThat(AfsError.ofCode(363524)).isEqualTo(AfsError.VL_NOENT);
        assertThat(AfsError.ofCode(19270409)).isEqualTo(AfsError.RXKADEXPIRED);
    }

    @Test
    void codesOfUaeMeanTheErrnoOfTheirName() {
        Set<String> renamed = Set.of("UAEWOULDBLOCK", "UAENOTSUP", "UAEOTHER", "UAEPROCLIM", "UAEDISCON");
        assertThat(Arrays.stream(AfsError.values())
                        .filter(error -> error.family() == Family.UAE && !renamed.contains(error.name())))
                .hasSizeGreaterThan(120)
                .allSatisfy(error -> assertThat("UA" + error.errno().name()).isEqualTo(error.name()));
        assertThat(AfsError.ofCode(49733377).errno()).isEqualTo(Errno.ENOENT);
        assertThat(AfsError.ofCode(49733376 + 38).errno()).isEqualTo(Errno.ENOTEMPTY);
    }

    @Test
    void whatUsersMeetDailyHasTheErrnoThatTheyKnow() {
        assertThat(AfsError.VDISKFULL.errno()).isEqualTo(Errno.ENOSPC);
        assertThat(AfsError.VOVERQUOTA.errno()).isEqualTo(Errno.EDQUOT);
        assertThat(AfsError.ofCode(13).errno()).isEqualTo(Errno.EACCES);
        assertThat(AfsError.ofCode(2).errno().number()).isEqualTo(2);
        assertThat(AfsError.UAEDQUOT.errno().number()).isEqualTo(122);
    }
}
