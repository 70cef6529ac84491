"""Fields of the papers that citizens send: requests and petitions.

Belongs here: one tuple of fields for each of these kinds.
Does not belong here: papers that agencies issue (`office_fields`).
"""

from exports.papers.field_groups import (
    ATTACHMENTS,
    CASE,
    CASE_IF_KNOWN,
    CREDITORS,
    DEBTORS,
    JUDGMENT,
    REQUESTER,
)
from exports.papers.field_types import Field, money, text

_AGENCY = text(
    "addressed_agency",
    ("Cơ quan nhận đơn", "Agency addressed"),
    "Thi hành án dân sự tỉnh Đồng Tháp",
    True,
)
_OFFICER = text(
    "officer_name", ("Họ tên chấp hành viên", "Name of the enforcement officer"), "Phạm Quốc Hùng", True
)
_REASON = text(
    "reason",
    ("Lý do", "Reason"),
    "Gia đình thuộc hộ cận nghèo, tôi đang điều trị bệnh dài ngày, không có thu nhập nào khác ngoài trợ cấp xã hội.",
    True,
)
_ROLE = text("requester_role", ("Tư cách trong vụ việc", "Standing in the case"), "Người được thi hành án")

FORM_FIELDS: dict[str, tuple[Field, ...]] = {
    "enforcement_request_form": (
        _AGENCY,
        *REQUESTER,
        *JUDGMENT,
        CREDITORS,
        DEBTORS,
        text(
            "requested_content",
            ("Nội dung yêu cầu thi hành", "What is to be enforced"),
            "Buộc ông Trần Văn Quý trả cho tôi số tiền nợ gốc và tiền lãi chậm thi hành án theo bản án nêu trên.",
            True,
        ),
        money("requested_amount", ("Số tiền yêu cầu", "Amount claimed"), 250_000_000),
        text(
            "asset_information",
            ("Thông tin về tài sản, điều kiện thi hành án", "What is known of assets and means"),
            "Thửa đất số 215, tờ bản đồ số 8, xã Tân Nhuận Đông, tỉnh Đồng Tháp.",
        ),
        text(
            "bank_account",
            ("Tài khoản nhận tiền", "Account for payment"),
            "Số 0000 0000 1234, Ngân hàng Ví Dụ, chi nhánh Đồng Tháp",
        ),
        text(
            "measures_requested", ("Biện pháp bảo đảm đề nghị áp dụng", "Security measures asked for"), None
        ),
        ATTACHMENTS,
    ),
    "result_confirmation_form": (
        _AGENCY,
        *REQUESTER,
        _ROLE,
        *JUDGMENT,
        *CASE_IF_KNOWN,
        text(
            "confirmed_content",
            ("Nội dung đề nghị xác nhận", "What is to be confirmed"),
            "Kết quả thi hành khoản tiền 250.000.000 đồng theo quyết định thi hành án nêu trên.",
            True,
        ),
        text("purpose", ("Mục đích", "Purpose"), "Bổ sung hồ sơ vay vốn ngân hàng"),
        text(
            "delivery",
            ("Cách nhận kết quả", "How the result is to be delivered"),
            "Nhận trực tiếp tại Bộ phận một cửa",
        ),
        ATTACHMENTS,
    ),
    "feedback_form": (
        _AGENCY,
        *REQUESTER,
        text("subject", ("Vấn đề kiến nghị, phản ánh", "Matter"), "việc chậm chi trả tiền thi hành án", True),
        text(
            "content",
            ("Nội dung kiến nghị, phản ánh", "Content of the feedback"),
            "Tôi được thông báo đến nhận tiền thi hành án từ ngày 02/7/2026 nhưng đến nay chưa được chi trả.",
            True,
        ),
        text("request", ("Đề nghị", "What is asked for"), "Kiểm tra và trả lời cho tôi bằng văn bản."),
        *CASE_IF_KNOWN,
        ATTACHMENTS,
    ),
    "complaint_form": (
        _AGENCY,
        *REQUESTER,
        text(
            "complained_about",
            ("Người bị khiếu nại", "Person or body complained about"),
            "Ông Phạm Quốc Hùng, Chấp hành viên",
            True,
        ),
        text(
            "complained_act",
            ("Quyết định, hành vi bị khiếu nại", "Decision or act complained about"),
            "Quyết định cưỡng chế số 15/QĐ-THADS ngày 20/8/2026 về việc kê biên quyền sử dụng đất",
            True,
        ),
        text(
            "content",
            ("Nội dung khiếu nại", "Content of the complaint"),
            "Tài sản kê biên là tài sản chung của hộ gia đình, chưa được phân chia.",
            True,
        ),
        text(
            "request", ("Yêu cầu giải quyết", "What is asked for"), "Hủy quyết định cưỡng chế nêu trên.", True
        ),
        ATTACHMENTS,
    ),
    "denunciation_form": (
        _AGENCY,
        *REQUESTER,
        text("denounced_name", ("Người bị tố cáo", "Person denounced"), "Trần Văn Mẫu", True),
        text(
            "denounced_position",
            ("Chức vụ, nơi công tác", "Position and place of work"),
            "Chấp hành viên, Phòng Thi hành án dân sự khu vực 2",
        ),
        text(
            "content",
            ("Nội dung tố cáo", "Content of the denunciation"),
            "Ông Trần Văn Mẫu không lập biên bản khi giao nhận tài sản thi hành án.",
            True,
        ),
        text(
            "request",
            ("Yêu cầu giải quyết", "What is asked for"),
            "Xác minh, kết luận và xử lý theo quy định của pháp luật.",
        ),
        ATTACHMENTS,
    ),
    "officer_change_form": (
        _AGENCY,
        *REQUESTER,
        _ROLE,
        *CASE,
        _OFFICER,
        text(
            "reason",
            ("Lý do", "Reason"),
            "Chấp hành viên là người thân thích của người phải thi hành án.",
            True,
        ),
        ATTACHMENTS,
    ),
    "coercion_cost_relief_form": (
        _AGENCY,
        *REQUESTER,
        _ROLE,
        *CASE,
        text("relief_wanted", ("Đề nghị miễn hay giảm", "Exemption or reduction"), "miễn", True),
        money("amount", ("Số tiền chi phí cưỡng chế", "Cost of coercion"), 8_400_000),
        _REASON,
        ATTACHMENTS,
    ),
    "enforcement_fee_relief_form": (
        _AGENCY,
        *REQUESTER,
        _ROLE,
        *CASE,
        text("relief_wanted", ("Đề nghị miễn hay giảm", "Exemption or reduction"), "giảm", True),
        money("amount", ("Số phí thi hành án", "Enforcement fee"), 7_500_000),
        _REASON,
        ATTACHMENTS,
    ),
}
